import Experience
import JSON
import Synchronization

@testable import Rollout

/// An environment of one tool, `add`; after an answer without a call the episode is over, which `ends` says itself.
final class AddingEnvironment: Environment {
    let name = "adding"
    let version = "1"
    let resumption: Resumption
    private let hangs: @Sendable (StepKey) -> Bool
    private let question: String
    private let ends: Bool
    /// Starts for which there is no room.
    private let full: Int
    private let asksProblem: Bool
    let counts = Mutex<(starts: Int, steps: Int, ends: [EpisodeStop])>((0, 0, []))

    init(
        _ resumption: Resumption = .replay, question: String = "What is 1+2?", ends: Bool = false, full: Int = 0,
        asksProblem: Bool = false,
        hangs: @escaping @Sendable (StepKey) -> Bool = { _ in false }
    ) {
        (self.resumption, self.question, self.ends, self.hangs) = (resumption, question, ends, hangs)
        (self.full, self.asksProblem) = (full, asksProblem)
    }

    func start(_ problem: Problem, seed: UInt64, key: EpisodeKey) async throws(EnvironmentError) -> Opening {
        let starts = counts.withLock { counts in
            counts.starts += 1
            return counts.starts
        }
        if starts <= full { throw EnvironmentError(.full, "no room") }
        let parameters: JSONValue = [
            "type": "object", "properties": ["a": ["type": "integer"], "b": ["type": "integer"]],
            "required": ["a", "b"],
        ]
        return Opening(
            messages: [ChatMessage(role: "user", content: asksProblem ? problem.id : question)],
            tools: [Tool(name: "add", description: "Adds.", parameters: parameters)])
    }

    func step(_ action: Action, key: StepKey) async throws(EnvironmentError) -> Observation {
        counts.withLock { $0.steps += 1 }
        if hangs(key) { await withUnsafeContinuation { (_: UnsafeContinuation<Void, Never>) in } }
        let results = action.goodCalls.map { call in
            let sum = (call.arguments?["a"]?.intValue ?? 0) + (call.arguments?["b"]?.intValue ?? 0)
            return ToolResult(to: call, "\(sum)<|im_end|>")
        }
        return Observation(results: results, reward: results.isEmpty ? 1 : 0, isDone: ends && action.calls.isEmpty)
    }

    func end(_ episode: EndedEpisode) async -> Verdict? {
        counts.withLock { $0.ends.append(episode.stop) }
        return nil
    }
}
