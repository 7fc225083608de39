public import Experience
import Foundation
import JSON
import Workers

/// A language model as the judge. An answer that cannot be read is no vote; without a readable vote the verdict is
/// `verifierError`, never a 0.
public struct JudgeVerifier: Verifier {
    /// The registered name.
    public let name = "judge"
    /// Changes with the mode, the prompt, the model and the sampling.
    public let version: String
    /// Only grading and the reference's probability need the gold answer.
    public var needsAnswer: Bool { options.mode == .grade || options.mode == .referenceProbability }
    /// Its cache.
    public var keptFiles: [String] { [options.cache].compactMap(\.self) }
    private let options: Options
    private let generator: any TextGenerator
    private let template: JudgeTemplate
    private let memory: JudgeMemory
    private let slots: AsyncSlots

    private static let maxResponseBytes = 1 << 18

    /// One line of a rubric.
    public struct Criterion: Sendable {
        /// Its name, the key of its score.
        public var name: String
        /// What must be met.
        public var text: String
        /// Its share of the whole.
        public var weight: Double
    }

    /// How the judge is asked.
    public struct Options: Sendable {
        /// What is asked.
        public var mode = JudgeMode.grade
        /// The prompt with `{{question}}`, `{{answer}}`, `{{response}}`, `{{rubric}}`, `{{first}}`, `{{second}}`; nil
        /// for the mode's own.
        public var prompt: String?
        /// Answers per question; the majority counts.
        public var votes = 1
        /// 0 is greedy.
        public var temperature = 0.0
        /// Longest answer.
        public var maxTokens = 256
        /// Criteria for every item; a record's `rubric` comes before it.
        public var rubric: [Criterion] = []
        /// Field of the record with the response to compare with.
        public var referenceField = "reference_response"
        /// Field of the record with the question, when the problem has no prompt.
        public var questionField: String?
        /// The score from which a rubric or a probability is correct.
        public var correctAt = 0.5
        /// File that keeps answers.
        public var cache: String?
        /// Requests at most; nil for no limit.
        public var budget: Int?
        /// Requests at the same time.
        public var concurrency = 8
        /// Part of the version: the model and its server.
        public var identity = ""

        /// The defaults above.
        public init() {}
    }

    /// A judge that asks `generator`.
    public init(_ options: Options, generator: any TextGenerator) {
        self.options = options
        self.generator = generator
        let prompt = options.prompt ?? options.mode.defaultPrompt
        template = JudgeTemplate(prompt)
        memory = JudgeMemory(path: options.cache, budget: options.budget)
        slots = AsyncSlots(max(1, options.concurrency))
        var hash = FNV1a()
        hash.add(prompt.utf8)
        hash.add(options.identity.utf8)
        for criterion in options.rubric { hash.add("\(criterion)".utf8) }
        hash.add(
            "\(options.mode) \(options.votes) \(options.temperature) \(options.maxTokens) \(options.correctAt)".utf8)
        version = "1-" + hash.text
    }

    /// Judges one completion.
    public func verify(_ item: VerificationItem) async -> Verdict { await verifyAsBatch(item) }

    /// Judges all, several requests at a time.
    public func verify(_ items: [VerificationItem]) async -> [Verdict] {
        await .judging(items.indices.map { $0..<$0 + 1 }) { one in
            guard await slots.take() else { return one.map { _ in .cancelled } }
            defer { slots.give() }
            let start = ContinuousClock.now
            var verdicts: [Verdict] = []
            for index in one { verdicts.append(await judged(items[index])) }
            return verdicts.sharing(since: start)
        }
    }

    private func judged(_ item: VerificationItem) async -> Verdict {
        let response = item.completion.text
        if response.trimmed.isEmpty { return .noAnswer() }
        if response.utf8.count > Self.maxResponseBytes {
            return .incorrect(
                reason: "budget", explanation: "the response is longer than \(Self.maxResponseBytes) bytes")
        }
        do {
            switch options.mode {
            case .grade: return try await grade(item)
            case .rubric: return try await rubric(item)
            case .pairwise: return try await pairwise(item)
            case .referenceProbability: return try await probability(item)
            }
        } catch  where Task.isCancelled {
            return .cancelled
        } catch let error as JudgeError {
            return .verifierError(reason: error.reason, explanation: error.explanation)
        } catch {
            return .verifierError(reason: "judgeFailed", explanation: "\(error)")
        }
    }

    // MARK: Modes

    private func grade(_ item: VerificationItem) async throws -> Verdict {
        guard let gold = item.problem.answer else { throw JudgeError("noGold", "the problem has no answer") }
        let replies = try await ask(["answer": gold], of: item, words: ["correct", "incorrect"])
        let votes = replies.filter { $0.verdict == "correct" }.count
        let isCorrect = votes * 2 > replies.count
        let agreement = Double(max(votes, replies.count - votes)) / Double(replies.count)
        let reason = replies.first { ($0.verdict == "correct") == isCorrect }?.reason
        var verdict: Verdict =
            isCorrect
            ? .correct(reason: "judged", explanation: reason) : .incorrect(reason: "judged", explanation: reason)
        verdict.components = ["votes": Double(votes) / Double(replies.count), "agreement": agreement]
        return verdict
    }

    private func rubric(_ item: VerificationItem) async throws -> Verdict {
        let criteria = try Self.criteria(of: item.problem) ?? options.rubric
        if criteria.isEmpty { throw JudgeError("noRubric", "neither the record nor the options have a 'rubric'") }
        let text = criteria.map { "\($0.name): \($0.text)" }.joined(separator: "\n")
        let replies = try await ask(["rubric": text], of: item, words: [])
        var total = 0.0
        var weights = 0.0
        var components: [String: Double?] = [:]
        for criterion in criteria {
            let scores = replies.compactMap { $0.scores[criterion.name] }
            if scores.isEmpty {
                throw JudgeError("unreadableJudge", "the judge gave no score for '\(criterion.name)'")
            }
            let mean = scores.reduce(0, +) / Double(scores.count)
            components[criterion.name] = mean
            total += mean * criterion.weight
            weights += criterion.weight
        }
        guard weights > 0 else { throw JudgeError("noRubric", "the weights of the rubric sum to \(weights)") }
        return scored(total / weights, components, replies.first?.reason)
    }

    private func pairwise(_ item: VerificationItem) async throws -> Verdict {
        guard let reference = item.problem.fields[options.referenceField]?.stringValue else {
            throw JudgeError("noReference", "the record has no text '\(options.referenceField)'")
        }
        // Both orders: a judge that prefers a place and not an answer cancels out.
        let words = ["first", "second", "tie"]
        let response = item.completion.text
        let ahead = try await ask(["first": response, "second": reference], of: item, words: words)
        let behind = try await ask(["first": reference, "second": response], of: item, words: words)
        func mean(_ replies: [JudgeReply], winning word: String) -> Double {
            replies.reduce(0) { $0 + ($1.verdict == word ? 1 : $1.verdict == "tie" ? 0.5 : 0) } / Double(replies.count)
        }
        let (first, second) = (mean(ahead, winning: "first"), mean(behind, winning: "second"))
        let components: [String: Double?] = ["first": first, "second": second]
        let score = (first + second) / 2
        let reason = ahead.first?.reason
        var verdict: Verdict =
            score > 0.5
            ? .correct(score: score, reason: "preferred", explanation: reason)
            : .incorrect(score: score, reason: score == 0.5 ? "tied" : "notPreferred", explanation: reason)
        verdict.components = components
        return verdict
    }

    private func probability(_ item: VerificationItem) async throws -> Verdict {
        guard let gold = item.problem.answer else { throw JudgeError("noGold", "the problem has no answer") }
        let reasoning = Self.withoutAnswer(item.completion.text)
        let prefix = template.filled(["question": question(of: item)]) + reasoning
        let key = self.key(prefix + "\u{1f}" + gold)
        let logprobs: [Double]
        if let kept = await memory.recall(key) {
            logprobs = kept.compactMap(Double.init)
        } else {
            guard await memory.spend() else { throw JudgeError.budget }
            guard let told = try await generator.logprobs(of: gold, after: prefix), !told.isEmpty else {
                throw JudgeError(
                    "noPromptLogprobs", "the server gives no log-probabilities of a prompt; vLLM and SGLang do")
            }
            logprobs = told
            await memory.keep(told.map { "\($0)" }, for: key)
        }
        let mean = logprobs.reduce(0) { $0 + exp($1) } / Double(logprobs.count)
        return scored(mean, ["mean_logprob": logprobs.reduce(0, +) / Double(logprobs.count)], nil)
    }

    // MARK: Parts

    private func scored(_ score: Double, _ components: [String: Double?], _ reason: String?) -> Verdict {
        var verdict: Verdict =
            score >= options.correctAt
            ? .correct(score: score, reason: "judged", explanation: reason)
            : .incorrect(score: score, reason: "judged", explanation: reason)
        verdict.components = components
        return verdict
    }

    /// The readable votes; throws when there is none.
    private func ask(_ values: [String: String], of item: VerificationItem, words: [String]) async throws
        -> [JudgeReply]
    {
        var values = values
        values["question"] = question(of: item)
        values["response"] = item.completion.text
        // The end of a section is the prompt's alone to write.
        for (name, value) in values {
            values[name] = ["response", "first", "second", "reference", "question", "rubric"].reduce(value) {
                $0.replacingOccurrences(of: "</\($1)>", with: "<\\/\($1)>", options: .caseInsensitive)
            }
        }
        let prompt = template.filled(values)
        let key = self.key(prompt)
        let texts: [String]
        if let kept = await memory.recall(key) {
            texts = kept
        } else {
            // Each vote is a request of its own.
            guard await memory.spend(options.votes) else { throw JudgeError.budget }
            var hash = FNV1a()
            hash.add(prompt.utf8)
            texts = try await generator.generate(
                .chat([ChatMessage(role: "user", content: prompt)]), count: options.votes,
                temperature: options.temperature, maxTokens: options.maxTokens, seed: hash.value % (1 << 31))
            await memory.keep(texts, for: key)
        }
        let replies = texts.compactMap { JudgeReply($0, words: words) }
        if replies.isEmpty {
            throw JudgeError(
                "unreadableJudge",
                "the judge gave no verdict: \(Array((texts.first ?? "").utf8)[...].quoted)")
        }
        return replies
    }

    private func key(_ text: String) -> String {
        // Two independent 64-bit fingerprints: a collision would hand one item another's verdict.
        var (left, right) = (FNV1a(), FNV1a())
        left.add((version + text).utf8)
        right.add((text + version).utf8.reversed())
        return String(left.value, radix: 16) + String(right.value, radix: 16)
    }

    private func question(of item: VerificationItem) -> String {
        let prompt = item.problem.prompt.plainText
        if !prompt.isEmpty { return prompt }
        let names = options.questionField.map { [$0] } ?? ["question", "prompt", "problem"]
        return item.problem.fields.strings(names).lazy.compactMap { $0 }.first ?? ""
    }

    /// The text up to its final answer: the reference takes the answer's place.
    private static func withoutAnswer(_ text: String) -> String {
        for mark in ["<answer>", "\\boxed{", "####"] {
            if let range = text.range(of: mark, options: .backwards) { return String(text[..<range.upperBound]) }
        }
        return text + "\n"
    }
}

/// Why there is no judgement.
struct JudgeError: Error {
    var reason: String
    var explanation: String

    init(_ reason: String, _ explanation: String) {
        self.reason = reason
        self.explanation = explanation
    }

    static let budget = JudgeError("budgetSpent", "the option 'budget' allows no more requests")
}
