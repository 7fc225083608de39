internal import Numbers

/// Keeps one endpoint to what it takes: requests that it refuses (429, 503) are weather, no failures of their samples.
///
/// A refusal pauses the endpoint for as long as it asks for, else for a growing while. It halves the requests that may be in
/// flight, once for all that were sent before (AIMD, Chiu and Jain 1989), and they grow again by one per round. What a rate
/// limit let through in the span of time before it refused is all that is sent per such a span from then on, to the last
/// request; after eight spans without a refusal it is tried with more, and with more each time that goes well.
struct Pacer: Sendable {
    /// Longest and shortest pause that no server named, in seconds.
    private let (basePause, longestPause): (Double, Double)
    /// When requests went out that were not refused, oldest first.
    private var sends = SendLog()
    /// Requests in flight at most; nil before any refusal.
    private(set) var ceiling: Double?
    /// Requests per `span` at most; nil where no rate is known.
    private(set) var rate: Int?
    private var span = 1.0
    private var pausedUntil = 0.0
    private var reducedAt = -Double.infinity
    private var refusals = 0
    private var cleanSince = 0.0
    private var step = 1
    private var spansToWait = 8.0

    /// Servers see requests at other distances than they were sent at.
    private static let margin = 0.03

    init(basePause: Double = 0.5, longestPause: Double = 60) {
        (self.basePause, self.longestPause) = (basePause, longestPause)
    }

    /// Whether the endpoint is being spared.
    func isPaused(at now: Double) -> Bool { now < pausedUntil }

    /// Whether time alone opens it.
    var isPacing: Bool { rate != nil || refusals > 0 }

    /// Whether a request may go out beside those in flight.
    func admits(at now: Double, inFlight: Int) -> Bool {
        if now < pausedUntil { return false }
        if let ceiling, Double(inFlight) >= ceiling { return false }
        guard let rate else { return true }
        return sends.count(after: now - span - Self.margin) < rate
    }

    /// A request goes out.
    mutating func begin(at now: Double) { sends.add(now) }

    /// One that went out at `sent` was answered.
    mutating func accept(sentAt sent: Double, at now: Double, maximum: Int) {
        if sent >= pausedUntil { refusals = 0 }
        if let known = ceiling {
            let grown = known + 1 / max(1, known)
            ceiling = grown >= Double(maximum) ? nil : grown
        }
        guard let known = rate, now - cleanSince > spansToWait * span else { return }
        // Only a limit that binds is tried.
        if sends.count(after: now - span - Self.margin) + 1 >= known {
            rate = known.addingSaturated(step)
            step = min(step * 2, max(1, known))
        }
        cleanSince = now
    }

    /// One that went out at `sent` was refused; `wait` is what the server asks for, `isRate` that it limits a rate.
    mutating func refuse(sentAt sent: Double, at now: Double, inFlight: Int, wait: Double?, isRate: Bool) {
        sends.remove(sent)
        let isNew = sent > reducedAt
        if isNew {
            reducedAt = now
            refusals += 1
            ceiling = max(1, (ceiling.map { min($0, Double(inFlight)) } ?? Double(inFlight)) / 2)
        }
        let pause = wait ?? min(longestPause, basePause * Double(1 << min(refusals - 1, 20)))
        pausedUntil = max(pausedUntil, now + min(max(pause, 0.001), longestPause))
        guard isRate else { return }
        if isNew {
            if let rate, rate > 1 { spansToWait = min(64, spansToWait * 2) }
            step = 1
            span = min(60, max(1, wait ?? 1))
        }
        cleanSince = now
        rate = max(1, sends.count(after: sent - span))
    }
}

/// Moments, oldest first, as many of the last as are of use.
struct SendLog: Sendable {
    private static let most = 4096
    private var moments: [Double] = []
    private var first = 0

    mutating func add(_ moment: Double) {
        moments.append(moment)
        if moments.count - first > Self.most { first += 1 }
        if first > Self.most {
            moments.removeFirst(first)
            first = 0
        }
    }

    /// Takes one moment out.
    mutating func remove(_ moment: Double) {
        if let place = moments[first...].lastIndex(of: moment) { moments.remove(at: place) }
    }

    /// How many are later than `moment`.
    func count(after moment: Double) -> Int {
        var (low, high) = (first, moments.count)
        while low < high {
            let middle = (low + high) / 2
            if moments[middle] > moment { high = middle } else { low = middle + 1 }
        }
        return moments.count - low
    }
}
