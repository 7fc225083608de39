public import Experience

extension Verifier {
    /// The verdicts of `items`, one each, in their order: what every caller asks, because `verify` may be anybody's.
    ///
    /// Another number of verdicts than of items belongs to none of them: all are `verifierError`, "verdictCount".
    /// Components that are not finite become null, and times that are not become 0.
    public func verdicts(of items: [VerificationItem]) async -> [Verdict] {
        if items.isEmpty { return [] }
        let verdicts = await verify(items)
        guard verdicts.count == items.count else {
            let verdict = Verdict.verifierError(
                reason: "verdictCount",
                explanation: "'\(name)' gave \(verdicts.count) verdicts for \(items.count) items; "
                    + "its verify(items) must give one for each, in their order")
            return items.map { _ in verdict }
        }
        return verdicts.allSatisfy(\.isFinite) ? verdicts : verdicts.map(\.finite)
    }
}

extension Verdict {
    /// Nobody waits for the verdict any more, so that nothing was judged.
    static let cancelled = Verdict.verifierError(reason: "cancelled", explanation: "the work was cancelled")

    /// Whether it is `cancelled`, with whatever time was spent.
    var isCancelled: Bool { outcome == .verifierError && reason == Self.cancelled.reason }

    fileprivate var isFinite: Bool {
        milliseconds.isFinite && milliseconds >= 0 && components.values.allSatisfy { $0?.isFinite ?? true }
    }

    fileprivate var finite: Verdict {
        var verdict = self
        if !(milliseconds.isFinite && milliseconds >= 0) { verdict.milliseconds = 0 }
        verdict.components = components.mapValues { $0.flatMap { $0.isFinite ? $0 : nil } }
        return verdict
    }
}
