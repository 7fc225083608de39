import Experience

extension [Verdict] {
    /// Verdicts of batches judged side by side, in the order of their items; `judge` gives one for each of a batch's.
    static func judging(
        _ batches: [Range<Int>], by judge: @escaping @Sendable (Range<Int>) async -> [Verdict]
    ) async -> [Verdict] {
        await withTaskGroup(of: (Int, [Verdict]).self) { group in
            for batch in batches { group.addTask { (batch.lowerBound, await judge(batch)) } }
            var parts: [(Int, [Verdict])] = []
            for await part in group { parts.append(part) }
            return parts.sorted { $0.0 < $1.0 }.flatMap(\.1)
        }
    }

    /// The same with the time since `start`, shared evenly.
    func sharing(since start: ContinuousClock.Instant) -> [Verdict] {
        let each = (ContinuousClock.now - start) / .milliseconds(1) / Double(Swift.max(1, count))
        return map { verdict in
            var timed = verdict
            timed.milliseconds = each
            return timed
        }
    }
}
