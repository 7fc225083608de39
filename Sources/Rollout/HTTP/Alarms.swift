internal import Synchronization

/// Deadlines by the thousand, of which hardly any comes: one task looks at them every 50 ms, so that a call costs no timer of
/// the system's. An alarm rings up to that much late, never early.
final class Alarms: Sendable {
    static let shared = Alarms()

    /// What names an alarm that was set.
    struct Key: Sendable {
        fileprivate var tick: Int
        fileprivate var number: Int
    }

    private struct State {
        var rings: [Int: [Int: @Sendable () -> Void]] = [:]
        var number = 0
        var isLookedAt = false
    }

    private static let ticksPerSecond = 20.0
    /// A century: what is to ring later never does.
    private static let mostSeconds = 3e9
    /// Ticks that it goes on with nothing to wait for.
    private static let idleTicks = 20
    private let state = Mutex(State())

    /// Calls `ring`, which must not block, after that many seconds.
    func set(in seconds: Double, _ ring: @escaping @Sendable () -> Void) -> Key {
        let ahead = seconds.isNaN ? 0 : min(max(0, seconds), Self.mostSeconds)
        // Behind the end of the tick that the deadline lies in.
        let tick = Int((MonotonicClock.seconds + ahead) * Self.ticksPerSecond) + 1
        let (key, begins) = state.withLock { state in
            state.number += 1
            state.rings[tick, default: [:]][state.number] = ring
            defer { state.isLookedAt = true }
            return (Key(tick: tick, number: state.number), !state.isLookedAt)
        }
        if begins { Task.detached { await self.look() } }
        return key
    }

    /// Takes an alarm back, if it has not rung.
    func cancel(_ key: Key) {
        state.withLock { state in
            state.rings[key.tick]?[key.number] = nil
            if state.rings[key.tick]?.isEmpty == true { state.rings[key.tick] = nil }
        }
    }

    private func look() async {
        var idle = 0
        while true {
            // Nobody has a hand on this task: it is never cancelled.
            try? await Task.sleep(for: .seconds(1 / Self.ticksPerSecond))
            let now = Int(MonotonicClock.seconds * Self.ticksPerSecond)
            let due = state.withLock { state in
                let due = state.rings.keys.filter { $0 <= now }
                    .flatMap { state.rings.removeValue(forKey: $0).map { Array($0.values) } ?? [] }
                idle = state.rings.isEmpty ? idle + 1 : 0
                state.isLookedAt = idle < Self.idleTicks
                return due
            }
            for ring in due { ring() }
            if idle >= Self.idleTicks { return }
        }
    }
}
