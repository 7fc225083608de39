import Environments
import Experience
import JSON
import Testing
import Verifiers

/// Plays an environment by hand.
struct Playing {
    let environment: any Environment
    let key: EpisodeKey
    let problem: Problem
    let opening: Opening
    private(set) var turn = 0

    init(
        _ name: String, _ options: JSONValue = .object([]), _ problem: Problem = problem(), seed: UInt64 = 7,
        context: EnvironmentContext = EnvironmentContext()
    ) async throws {
        try await self.init(
            EnvironmentRegistry.standard.make(name, options: options, context: context), problem, seed: seed)
    }

    init(_ environment: any Environment, _ problem: Problem = problem(), seed: UInt64 = 7, index: Int = 0) async throws
    {
        self.environment = environment
        self.problem = problem
        key = EpisodeKey(run: "test", ordinal: 0, index: index)
        opening = try await environment.start(problem, seed: seed, key: key)
    }

    static func problem(_ fields: JSONValue = .object([]), prompt: String = "Do it.", answer: String? = nil) -> Problem
    {
        Problem(id: "p", prompt: .text(prompt), answer: answer, fields: JSONRow(fields))
    }

    mutating func act(_ action: Action) async throws -> Observation {
        let observation = try await environment.step(action, key: StepKey(key, turn: turn))
        turn += 1
        return observation
    }

    mutating func say(_ text: String) async throws -> Observation { try await act(Action(text: text)) }

    /// One call; its result.
    mutating func call(_ tool: String, _ arguments: JSONValue) async throws -> ToolResult {
        let observation = try await act(Action(text: "", calls: [ToolCall(id: "c", name: tool, arguments: arguments)]))
        return try #require(observation.results.first)
    }

    @discardableResult func end(_ stop: EpisodeStop = .done, _ text: String = "") async -> Verdict? {
        await environment.end(EndedEpisode(key: key, problem: problem, stop: stop, lastText: text, turns: turn))
    }
}

/// The kind of an error of ours.
func kind(_ body: () async throws -> Void) async -> EnvironmentError.Kind? {
    do {
        try await body()
        return nil
    } catch {
        return (error as? EnvironmentError)?.kind
    }
}

/// Right where the completion holds the answer.
struct HoldsAnswer: Verifier {
    let name = "holds"
    let version = "1"
    var fails = false

    func verify(_ item: VerificationItem) async -> Verdict {
        if fails { return .verifierError(reason: "down") }
        return item.completion.text.contains(item.problem.answer ?? "?") ? .correct() : .incorrect()
    }
}

/// Says what it is told to, in turn.
struct Scripted: TextGenerator {
    let lines: @Sendable (Prompt, UInt64) throws -> [String]

    func generate(_ prompt: Prompt, count: Int, temperature: Double, maxTokens: Int, seed: UInt64) async throws
        -> [String]
    {
        try lines(prompt, seed)
    }
    func logprobs(of continuation: String, after prefix: String) async throws -> [Double]? { nil }
}
