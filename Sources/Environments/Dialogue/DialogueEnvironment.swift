import Experience
import Foundation
import JSON
import Verifiers

/// A conversation with a user whom another model plays; the configured verifier judges the policy's last words.
struct DialogueEnvironment: EnvironmentKind, EpisodeMaker {
    static let name = "dialogue"
    static let summary = "a conversation with a user whom another model plays"
    // The other model's words are not the same twice.
    static let resumption = Resumption.none
    private static let rounds = Option<Int>.int("rounds", 8, in: 1...200, "answers of the policy before it ends")
    private static let tokens = Option<Int>.int("max_tokens", 256, in: 1...100_000, "of what the user says")
    private static let temperature = Option<Double>.number("temperature", 1, in: 0...2, "of the user's words")
    private static let ending = Option<String>.text("end_word", "<END>", "what the user says when satisfied")
    static let options =
        [rounds.listed, tokens.listed, temperature.listed, ending.listed, EpisodeRoom.option.listed]
        + OtherModel.options

    private let generator: any TextGenerator
    private let rounds: Int
    private let tokens: Int
    private let temperature: Double
    private let ending: String
    let mostEpisodes: Int

    var judges: Bool { false }

    static func make(_ options: OptionsReader, _ context: EnvironmentContext) throws -> any Environment {
        let word = try ending.read(options)
        if word.isEmpty { throw EnvironmentOptionsError(key: "end_word", "expected a word, not an empty text") }
        return EpisodeHost(
            Self(
                generator: try OtherModel.generator(options, context), rounds: try rounds.read(options),
                tokens: try tokens.read(options),
                temperature: try temperature.read(options), ending: word,
                mostEpisodes: try EpisodeRoom.option.read(options)))
    }

    func begin(_ problem: Problem, seed: UInt64, key: EpisodeKey) async throws(EnvironmentError) -> Beginning {
        guard let user = try problem.text("user") else {
            throw EnvironmentError(
                .start, "problem '\(problem.id.cut(to: 80))' has no 'user': who the other model plays, and what for")
        }
        var body = Body(maker: self, persona: user, seed: seed)
        var messages = problem.messages
        if let said = try problem.text("opening") {
            messages.append(ChatMessage(role: "user", content: said))
        } else if messages.last?.role != "user" {
            messages.append(ChatMessage(role: "user", content: try await body.speak().text))
        }
        body.heard = messages.filter { $0.role != "system" }
        return (body, Opening(messages: messages))
    }

    struct Body: EpisodeBody {
        fileprivate let maker: DialogueEnvironment
        fileprivate let persona: String
        fileprivate let seed: UInt64
        /// The conversation as the policy has it.
        fileprivate var heard: [ChatMessage] = []
        private var turn = 0

        fileprivate init(maker: DialogueEnvironment, persona: String, seed: UInt64) {
            self.maker = maker
            self.persona = persona
            self.seed = seed
        }

        mutating func answer(_ action: Action) async throws(EnvironmentError) -> Observation {
            heard.append(ChatMessage(role: "assistant", content: action.text))
            turn += 1
            if turn >= maker.rounds { return Observation(isDone: true) }
            let (text, isEnd) = try await speak()
            if isEnd { return Observation(isDone: true) }
            let message = ChatMessage(role: "user", content: text)
            heard.append(message)
            return Observation(messages: [message])
        }

        /// What the user says next, without the word that ends it.
        fileprivate func speak() async throws(EnvironmentError) -> (text: String, isEnd: Bool) {
            let rule = ChatMessage(
                role: "system",
                content:
                    "You play a user who talks to an assistant. \(persona)\nSay only what this user says next, as the "
                    + "user. When you have what you wanted, or it cannot be had, say \(maker.ending).")
            // To the one who plays the user, the user's words are its own.
            var messages = [rule]
            if heard.isEmpty { messages.append(ChatMessage(role: "user", content: "How can I help you?")) }
            for message in heard {
                messages.append(
                    ChatMessage(role: message.role == "assistant" ? "user" : "assistant", content: message.content))
            }
            let said = try await maker.generator.said(
                messages, maxTokens: maker.tokens, temperature: maker.temperature,
                seed: seed &+ UInt64(clamping: turn), by: "dialogue")
            guard let word = said.range(of: maker.ending) else { return (said, false) }
            return (String(said[..<word.lowerBound]), true)
        }
    }
}
