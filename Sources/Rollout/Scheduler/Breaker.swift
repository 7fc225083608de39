/// Keeps requests away from an endpoint that fails: after `threshold` failures in a row it opens, then lets one request
/// through at growing intervals, and closes at the first success.
struct Breaker: Sendable {
    private enum State: Sendable { case closed, open(until: Double), probing }

    private let threshold: Int
    private let firstPause: Double
    private let longestPause: Double
    private var state = State.closed
    private var failures = 0
    private var pause: Double

    /// Pauses are in seconds.
    init(threshold: Int = 5, firstPause: Double = 0.5, longestPause: Double = 30) {
        self.threshold = threshold
        self.firstPause = firstPause
        self.longestPause = longestPause
        pause = firstPause
    }

    /// Whether a request may go out now.
    func admits(at now: Double) -> Bool {
        switch state {
        case .closed: true
        case .open(let until): now >= until
        case .probing: false
        }
    }

    /// Whether the endpoint counts as failing.
    var isOpen: Bool { if case .closed = state { false } else { true } }

    /// A request goes out.
    mutating func begin() {
        if case .open = state { state = .probing }
    }

    /// What became of a request; nil when it says nothing about the endpoint, for example after a cancellation.
    mutating func end(success: Bool?, at now: Double) {
        switch success {
        case true:
            state = .closed
            failures = 0
            pause = firstPause
        case false:
            failures += 1
            if case .probing = state {
                pause = min(longestPause, pause * 2)
                state = .open(until: now + pause)
            } else if case .closed = state, failures >= threshold {
                state = .open(until: now + pause)
            }
        case nil:
            if case .probing = state { state = .open(until: now) }
        }
    }
}
