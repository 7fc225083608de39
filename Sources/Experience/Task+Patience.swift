extension Task where Success: Sendable {
    /// Whether it ends within a time; where it does not it goes on, and nobody waits for it.
    package func ends(within patience: Duration) async -> Bool {
        // A task group would wait for the task after all.
        let (answers, answer) = AsyncStream.makeStream(of: Bool.self)
        let watching = Task<Void, Never> {
            _ = await result
            answer.yield(true)
        }
        let waiting = Task<Void, Never> {
            try? await Task<Never, Never>.sleep(for: patience)
            answer.yield(false)
        }
        defer {
            watching.cancel()
            waiting.cancel()
            answer.finish()
        }
        for await ends in answers { return ends }
        return false
    }
}
