import Experience
import JSON
import Numbers
import Verifiers

/// Tries at one problem: a wrong answer is told so, and may be mended.
struct RetryEnvironment: EnvironmentKind, JudgedMaker {
    /// What the policy is told of a wrong answer.
    enum Feedback: String, Sendable, CaseIterable {
        case verdict, reason, explanation
    }

    static let name = "retry"
    static let summary = "k tries at a problem, with the verifier's feedback between them"
    static let resumption = Resumption.replay
    private static let tries = Option<Int>.int("tries", 3, in: 1...100, "answers that the policy may give")
    private static let discount = Option<Double>.number(
        "discount", 1, in: 0...1, "factor of the score for each further try")
    private static let feedback = Option<Feedback>.choice(
        "feedback", .verdict,
        "that it is wrong, the verifier's word for why, or its sentence (which may tell the answer)")
    static let options = [tries.listed, discount.listed, feedback.listed, EpisodeRoom.option.listed]

    let judge: AnswerJudge
    private let tries: Int
    private let discount: Double
    private let feedback: Feedback
    let mostEpisodes: Int

    static func make(_ options: OptionsReader, _ context: EnvironmentContext) throws -> any Environment {
        EpisodeHost(
            Self(
                judge: try AnswerJudge(name, context), tries: try tries.read(options),
                discount: try discount.read(options), feedback: try feedback.read(options),
                mostEpisodes: try EpisodeRoom.option.read(options)))
    }

    func begin(_ problem: Problem, seed: UInt64, key: EpisodeKey) throws(EnvironmentError) -> Beginning {
        (Body(maker: self, problem: problem), Opening(messages: problem.messages))
    }

    struct Body: EpisodeBody {
        fileprivate let maker: RetryEnvironment
        fileprivate let problem: Problem
        fileprivate var tried = 0
        fileprivate var last: Verdict?

        mutating func answer(_ action: Action) async throws(EnvironmentError) -> Observation {
            let verdict = try await maker.judge.verdict(on: action.text, of: problem)
            tried += 1
            last = verdict
            let isDone = verdict.outcome == .correct || tried >= maker.tries
            let left = maker.tries - tried
            return Observation(
                messages: isDone ? [] : [ChatMessage(role: "user", content: text(of: verdict, left: left))],
                reward: isDone ? scored(verdict).score : nil, isDone: isDone)
        }

        private func scored(_ verdict: Verdict) -> Verdict {
            guard let score = verdict.score else { return verdict }
            var factor = 1.0
            for _ in 1..<max(tried, 1) { factor *= maker.discount }
            var scored = verdict.scored(score * factor)
            scored.components["tries"] = Double(tried)
            return scored
        }

        private func text(of verdict: Verdict, left: Int) -> String {
            var text = verdict.outcome == .noAnswer ? "There is no answer in this." : "That is not right."
            switch maker.feedback {
            case .verdict: break
            case .reason: text += " (\(verdict.reason))"
            case .explanation: text += " " + (verdict.explanation ?? verdict.reason).cut(to: 2000)
            }
            return text + " Try again: you have \(left.counted("more try", "more tries"))."
        }

        mutating func verdict(_ ended: EndedEpisode) -> Verdict? {
            last.map(scored) ?? .noTry
        }
    }
}
