public import Experience

/// Which problems a verifier could never judge, because their gold answer or their record cannot be read: found out before
/// anything is sampled, by each verifier's own reading (`Verifier.goldFault`).
public struct GoldCheck: Sendable {
    /// A problem that cannot be judged.
    public struct Example: Sendable, Hashable {
        /// Position among the checked problems, from 0.
        public var index: Int
        /// The problem's id.
        public var id: String
        /// Its answer, cut; nil where it has none.
        public var answer: String?
        /// Why it cannot be judged.
        public var reason: String
    }

    private static let examplesKept = 3

    /// Problems that were looked at; fewer than there are when the time was up.
    public private(set) var checked = 0
    /// Those of them that cannot be judged.
    public private(set) var unreadable = 0
    /// The first three of those.
    public private(set) var examples: [Example] = []

    /// Checks the problems in order, for at most `seconds`.
    public init(_ verifier: any Verifier, _ problems: [Problem], seconds: Double = 5) async {
        let deadline = ContinuousClock.now + .seconds(seconds)
        for (index, problem) in problems.enumerated() {
            if ContinuousClock.now > deadline || Task.isCancelled { return }
            checked += 1
            guard let reason = await verifier.goldFault(of: problem) else { continue }
            unreadable += 1
            if examples.count < Self.examplesKept {
                examples.append(
                    Example(
                        index: index, id: problem.id, answer: problem.answer?.cut(to: 60), reason: reason.cut(to: 200)))
            }
        }
    }
}
