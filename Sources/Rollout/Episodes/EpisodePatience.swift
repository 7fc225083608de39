internal import Experience

/// Waits of an episode for an environment that has no room: longer ones each time, and not for ever.
struct EpisodePatience {
    private let deadline: Double
    private var pause = 0.25

    private static let longest = 10.0

    /// Seconds that are waited in all.
    init(seconds: Double) { deadline = MonotonicClock.seconds + seconds }

    /// Waits, unless the time is up; false then. Throws when the task is cancelled.
    mutating func wait() async throws -> Bool {
        let wait = pause * Double.random(in: 0.5...1)
        if MonotonicClock.seconds + wait > deadline { return false }
        try await Task.sleep(for: .seconds(wait))
        pause = min(pause * 2, Self.longest)
        return true
    }
}

extension EpisodeFailure {
    /// Whether the environment had no room for one more.
    var isFull: Bool { if case .environment(let error) = self { error.kind == .full } else { false } }
}
