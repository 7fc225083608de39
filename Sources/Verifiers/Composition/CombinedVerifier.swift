public import Experience
import JSON

/// Several verifiers as one; every part's score is kept as a component.
public struct CombinedVerifier: Verifier {
    /// One verifier of a combination.
    public struct Part: Sendable {
        /// Name of its component.
        public var name: String
        /// The judge.
        public var verifier: any Verifier
        /// Factor of its score in a sum.
        public var weight: Double

        /// A part; the name of its component is the verifier's unless given.
        public init(_ verifier: any Verifier, name: String? = nil, weight: Double = 1) {
            self.name = name ?? verifier.name
            self.verifier = verifier
            self.weight = weight
        }
    }

    /// The registered name.
    public let name: String
    private let rule: CombinationRule
    let parts: [Part]
    private let missing: MissingPart
    private let threshold: Double?
    private let undecided: Set<Outcome>

    /// A combination of at least one part.
    ///
    /// `threshold` is the score from which the whole is correct; without it a sum is correct when it reaches the sum of
    /// the positive weights, a product at 1, and the other rules say it themselves. `undecided` are the outcomes that
    /// rule `first` passes on to the next part.
    public init(
        _ rule: CombinationRule, of parts: [Part], missing: MissingPart = .null, threshold: Double? = nil,
        undecided: Set<Outcome> = [.noAnswer, .timeout, .verifierError], name: String = "combine"
    ) {
        self.name = name
        self.rule = rule
        self.parts = parts
        self.missing = missing
        self.threshold = threshold
        self.undecided = undecided
    }

    /// Rule, weights and the versions of all parts.
    public var version: String {
        let parts = parts.map { "\($0.name)=\($0.verifier.name)/\($0.verifier.version)*\($0.weight)" }
        let settings = [rule.rawValue, missing.rawValue, threshold.map { "\($0)" } ?? "-"]
        return "1(" + (settings + undecided.map(\.rawValue).sorted() + parts).joined(separator: ",") + ")"
    }

    /// Whether the part that needs least still needs an answer; a part without one says so in its own verdict.
    public var needsAnswer: Bool { parts.allSatisfy(\.verifier.needsAnswer) }

    /// Judges one completion.
    public func verify(_ item: VerificationItem) async -> Verdict { await verifyAsBatch(item) }

    /// Judges part by part, each in one batch of the items that still need it.
    public func verify(_ items: [VerificationItem]) async -> [Verdict] {
        var verdicts_I: [[Verdict?]] = items.map { _ in Array(repeating: nil, count: parts.count) }
        for (index, part) in parts.enumerated() {
            let slots = items.indices.filter { needsPart(index, after: verdicts_I[$0]) }
            let judged = slots.isEmpty ? [] : await part.verifier.verdicts(of: slots.map { items[$0] })
            for (slot, verdict) in zip(slots, judged) { verdicts_I[slot][index] = verdict }
        }
        return verdicts_I.map(combined)
    }

    /// Shuts all parts down.
    public func shutdown() async {
        for part in parts { await part.verifier.shutdown() }
    }

    /// Whether one part without a score leaves the whole without one.
    var needsAllParts: Bool { rule != .first && missing == .null }

    private func needsPart(_ index: Int, after verdicts: [Verdict?]) -> Bool {
        switch rule {
        case .first: index == 0 || verdicts[index - 1].map { undecided.contains($0.outcome) } ?? false
        case .gate: index == 0 || verdicts[0]?.outcome == .correct
        default: true
        }
    }

    private func combined(_ verdicts: [Verdict?]) -> Verdict {
        // A part that nobody waits for is not a missing one: no rule may make a score of it.
        if Task.isCancelled, verdicts.contains(where: { $0?.isCancelled == true }) { return .cancelled }
        var whole = outcome(of: verdicts)
        // Rules that hand a part's verdict on have that part's own components and time in it.
        whole.components = [:]
        whole.milliseconds = 0
        for (part, verdict) in zip(parts, verdicts) {
            guard let verdict else { continue }
            whole.components[part.name] = .some(verdict.score)
            for (name, score) in verdict.components { whole.components["\(part.name).\(name)"] = .some(score) }
            whole.milliseconds += verdict.milliseconds
        }
        if whole.details == nil { whole.details = details(of: verdicts) }
        return whole
    }

    /// The parts' details by their names; nil when none has any.
    private func details(of verdicts: [Verdict?]) -> JSONValue? {
        let members = zip(parts, verdicts).compactMap { part, verdict in
            verdict?.details.map { JSONValue.Member(part.name, $0) }
        }
        return members.isEmpty ? nil : .object(members)
    }

    private func outcome(of verdicts: [Verdict?]) -> Verdict {
        let judged = verdicts.compactMap { $0 }
        switch rule {
        case .first: return judged.last ?? .verifierError(reason: "noParts")
        case .gate:
            guard judged[0].outcome == .correct, judged.count > 1 else { return judged[0] }
            return weighed(Array(zip(parts, verdicts).dropFirst()), by: rule)
        default: return weighed(Array(zip(parts, verdicts)), by: rule)
        }
    }

    private func weighed(_ parts: [(Part, Verdict?)], by rule: CombinationRule) -> Verdict {
        var scores: [Double] = []
        var weights: [Double] = []
        var outcomes: [Outcome] = []
        var failed: [String] = []
        for (part, verdict) in parts {
            guard let verdict else { continue }
            if let score = verdict.score {
                scores.append(score)
            } else if missing == .zero {
                scores.append(0)
            } else if missing == .null {
                return verdict.outcome == .timeout
                    ? .timeout(explanation: "part '\(part.name)': \(verdict.explanation ?? verdict.reason)")
                    : .verifierError(
                        reason: verdict.reason,
                        explanation: "part '\(part.name)': \(verdict.explanation ?? verdict.reason)")
            } else {
                continue
            }
            weights.append(part.weight)
            outcomes.append(verdict.outcome)
            if verdict.outcome != .correct {
                failed.append("\(part.name): \(verdict.reason)" + (verdict.explanation.map { " (\($0))" } ?? ""))
            }
        }
        guard let first = scores.first else {
            return .verifierError(reason: "noParts", explanation: "no part could be judged")
        }
        let score: Double
        let isCorrect: Bool
        switch rule {
        case .product:
            score = scores.reduce(1, *)
            isCorrect = score >= (threshold ?? 1)
        case .all:
            score = scores.reduce(first, min)
            isCorrect = threshold.map { score >= $0 } ?? outcomes.allSatisfy { $0 == .correct }
        case .any:
            score = scores.reduce(first, max)
            isCorrect = threshold.map { score >= $0 } ?? outcomes.contains(.correct)
        case .sum, .gate, .first:
            let all = parts.map(\.0.weight).reduce(0, +)
            let here = weights.reduce(0, +)
            let scale = here != 0 ? all / here : 1
            score = zip(scores, weights).reduce(0) { $0 + $1.0 * $1.1 } * scale
            let full = parts.map { max($0.0.weight, 0) }.reduce(0, +)
            // Weights like 0.1 + 0.2 do not sum to 0.3 exactly.
            isCorrect = score >= (threshold ?? full) - 1e-9
        }
        let extracted = parts.lazy.compactMap { $0.1?.extracted }.first
        if isCorrect { return .correct(score: score, reason: rule.rawValue, extracted: extracted) }
        if outcomes.allSatisfy({ $0 == .noAnswer }) { return .noAnswer(score: score) }
        return .incorrect(
            score: score, reason: rule.rawValue, extracted: extracted, explanation: failed.joined(separator: "; "))
    }
}
