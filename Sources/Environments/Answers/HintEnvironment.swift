import Experience
import JSON
import Verifiers

/// Hints after wrong answers, one more each time, for groups that fail whole; each costs a share of the score.
struct HintEnvironment: EnvironmentKind, JudgedMaker {
    static let name = "hint"
    static let summary = "hints from the row after wrong answers, each at a cost"
    static let resumption = Resumption.replay
    private static let hints = Option<Int>.int(
        "hints", 3, in: 1...100, "most hints; a solution is cut into one more part")
    private static let first = Option<Bool>.flag("first", false, "whether the first hint is given with the problem")
    private static let cost = Option<Double>.number("cost", 0.2, in: 0...1, "share of the score that each hint costs")
    static let options = [hints.listed, first.listed, cost.listed, EpisodeRoom.option.listed]

    let judge: AnswerJudge
    private let hints: Int
    private let isFirst: Bool
    private let cost: Double
    let mostEpisodes: Int

    static func make(_ options: OptionsReader, _ context: EnvironmentContext) throws -> any Environment {
        EpisodeHost(
            Self(
                judge: try AnswerJudge(name, context), hints: try hints.read(options),
                isFirst: try first.read(options), cost: try cost.read(options),
                mostEpisodes: try EpisodeRoom.option.read(options)
            ))
    }

    func begin(_ problem: Problem, seed: UInt64, key: EpisodeKey) throws(EnvironmentError) -> Beginning {
        var body = Body(maker: self, problem: problem, hints: try hints(of: problem))
        var messages = problem.messages
        if isFirst, let hint = body.next() { messages.append(ChatMessage(role: "user", content: hint)) }
        return (body, Opening(messages: messages))
    }

    /// The row's `hints` or `hint`; else its `solution` in parts by lines, never the last of them.
    private func hints(of problem: Problem) throws(EnvironmentError) -> [String] {
        var given = try problem.texts("hints")
        if given == nil { given = try problem.texts("hint") }
        if let given { return Array(given.prefix(hints)) }
        guard let solution = try problem.text("solution") else {
            throw EnvironmentError(
                .start, "problem '\(problem.id.cut(to: 80))' has no 'hints', 'hint' or 'solution' to give hints from")
        }
        let lines = solution.split(separator: "\n", omittingEmptySubsequences: true)
        let parts = min(hints + 1, lines.count)
        if parts < 2 { return [] }
        return (0..<parts - 1).map { part in
            lines[part * lines.count / parts..<(part + 1) * lines.count / parts].joined(separator: "\n")
        }
    }

    struct Body: EpisodeBody {
        fileprivate let maker: HintEnvironment
        fileprivate let problem: Problem
        fileprivate let hints: [String]
        fileprivate var given = 0
        fileprivate var last: Verdict?

        fileprivate mutating func next() -> String? {
            guard given < hints.count else { return nil }
            given += 1
            return "Hint: " + hints[given - 1]
        }

        mutating func answer(_ action: Action) async throws(EnvironmentError) -> Observation {
            let verdict = try await maker.judge.verdict(on: action.text, of: problem)
            let paid = scored(verdict)
            last = paid
            if verdict.outcome != .correct, let hint = next() {
                return Observation(messages: [ChatMessage(role: "user", content: "That is not right. " + hint)])
            }
            return Observation(reward: paid.score, isDone: true)
        }

        private func scored(_ verdict: Verdict) -> Verdict {
            guard let score = verdict.score else { return verdict }
            var scored = verdict.scored(score * max(0, 1 - maker.cost * Double(given)))
            scored.components["hints"] = Double(given)
            return scored
        }

        mutating func verdict(_ ended: EndedEpisode) -> Verdict? {
            last ?? .noTry
        }
    }
}
