import Experience

extension Observation {
    /// The results of an action's calls, one after the other; done where it calls nothing.
    init(
        callsOf action: Action, by call: (ToolCall) async throws(EnvironmentError) -> ToolResult
    ) async throws(EnvironmentError) {
        var results: [ToolResult] = []
        for good in action.goodCalls { results.append(try await call(good)) }
        self.init(results: results, isDone: action.calls.isEmpty)
    }
}
