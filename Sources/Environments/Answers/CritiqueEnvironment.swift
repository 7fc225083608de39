import Experience
import JSON
import Verifiers

/// The policy answers, criticises its answer (or another model does), and answers again; the last answer is judged by the
/// configured verifier (Self-Refine, Madaan et al. 2023, arXiv 2303.17651).
struct CritiqueEnvironment: EnvironmentKind, EpisodeMaker {
    /// Whose critique it is.
    enum Critic: String, Sendable, CaseIterable {
        case policy, model
    }

    static let name = "critique"
    static let summary = "an answer, its critique, and a better answer, in rounds"
    static let resumption = Resumption.replay
    private static let rounds = Option<Int>.int("rounds", 1, in: 1...20, "critiques before the last answer")
    private static let critic = Option<Critic>.choice("critic", .policy, "the policy itself, or the other model")
    private static let critique = Option<String>.text(
        "critique_prompt",
        "Criticise this answer: say where it is wrong, unclear or incomplete. Do not answer again yet.",
        "what the critic is told")
    private static let revision = Option<String>.text(
        "revise_prompt", "Now give your final answer, mended where the critique is right.",
        "what comes after the critique")
    private static let tokens = Option<Int>.int("max_tokens", 512, in: 1...100_000, "of another model's critique")
    static let options =
        [
            rounds.listed, critic.listed, critique.listed, revision.listed, tokens.listed, EpisodeRoom.option.listed,
        ] + OtherModel.options

    private let rounds: Int
    private let generator: (any TextGenerator)?
    private let critique: String
    private let revision: String
    private let tokens: Int
    let mostEpisodes: Int

    // What another model says is not the same twice.
    var resumption: Resumption { generator == nil ? .replay : .none }
    var judges: Bool { false }

    static func make(_ options: OptionsReader, _ context: EnvironmentContext) throws -> any Environment {
        let generator = try critic.read(options) == .model ? OtherModel.generator(options, context) : nil
        return EpisodeHost(
            Self(
                rounds: try rounds.read(options), generator: generator,
                critique: try critique.read(options), revision: try revision.read(options),
                tokens: try tokens.read(options), mostEpisodes: try EpisodeRoom.option.read(options)))
    }

    func begin(_ problem: Problem, seed: UInt64, key: EpisodeKey) throws(EnvironmentError) -> Beginning {
        (Body(maker: self, problem: problem, seed: seed), Opening(messages: problem.messages))
    }

    struct Body: EpisodeBody {
        fileprivate let maker: CritiqueEnvironment
        fileprivate let problem: Problem
        fileprivate let seed: UInt64
        fileprivate var turn = 0

        mutating func answer(_ action: Action) async throws(EnvironmentError) -> Observation {
            defer { turn += 1 }
            if let generator = maker.generator {
                if turn == maker.rounds { return Observation(isDone: true) }
                let prompt =
                    problem.messages + [
                        ChatMessage(role: "assistant", content: action.text),
                        ChatMessage(role: "user", content: maker.critique),
                    ]
                let said = try await generator.said(
                    prompt, maxTokens: maker.tokens, temperature: 1, seed: seed &+ UInt64(clamping: turn),
                    by: "critique")
                return told("\(said)\n\n\(maker.revision)")
            }
            // Answer, critique, answer, …: an even turn is an answer.
            if turn == 2 * maker.rounds { return Observation(isDone: true) }
            return told(turn % 2 == 0 ? maker.critique : maker.revision)
        }

        private func told(_ text: String) -> Observation {
            Observation(messages: [ChatMessage(role: "user", content: text)])
        }
    }
}
