public import Experience

/// What a verifier judges: one completion of one problem.
public struct VerificationItem: Sendable {
    /// The task, its gold answer and its source record.
    public var problem: Problem
    /// The answer to judge.
    public var completion: Completion

    /// An item from its two parts.
    public init(problem: Problem, completion: Completion) {
        self.problem = problem
        self.completion = completion
    }
}

/// Judges completions. Implementations are values or actors, safe to call from many tasks at once.
///
/// `verify` does not throw: failure is data. It must not block the calling thread on anything but computation. In a
/// cancelled task it comes to an end: what it has not judged is a `verifierError`, which nobody keeps.
public protocol Verifier: Sendable {
    /// Registered name, for example "math".
    var name: String { get }
    /// Changes whenever a verdict could change; part of a stored verdict's identity.
    var version: String { get }
    /// Whether a problem without `answer` cannot be judged; false for verifiers that read `fields` alone.
    var needsAnswer: Bool { get }
    /// Files that it keeps answers in, where nothing else may be written; none by default.
    var keptFiles: [String] { get }
    /// Why no completion of this problem could ever be judged: its gold answer or its record cannot be read. nil when it
    /// can, or when only judging tells. The default wants an answer where `needsAnswer` says so.
    func goldFault(of problem: Problem) async -> GoldFault?
    /// Judges one completion.
    func verify(_ item: VerificationItem) async -> Verdict
    /// Judges many: one verdict per item, in the order of items, each with its `milliseconds`. The default judges one after
    /// another. Callers ask `verdicts(of:)`, which holds an implementation to that.
    func verify(_ items: [VerificationItem]) async -> [Verdict]
    /// Releases what the verifier holds (worker processes, connections). Called once, when no call is under way.
    func shutdown() async
}

/// A verifier that keeps verdicts, and counts how often that helped; `assay serve` shows it under `/metrics`.
public protocol CachingVerifier: Verifier {
    /// Look-ups since the start: found, and not found.
    var cacheCounts: (hits: Int, misses: Int) { get }
}

extension Verifier {
    /// Most verifiers compare with a gold answer.
    public var needsAnswer: Bool { true }

    /// Most verifiers keep no files.
    public var keptFiles: [String] { [] }

    /// That there is no answer, where one is needed.
    public func goldFault(of problem: Problem) async -> GoldFault? {
        needsAnswer && problem.answer == nil ? .absent : nil
    }

    /// One after the other, each timed; once the task is cancelled, the rest is not judged.
    public func verify(_ items: [VerificationItem]) async -> [Verdict] {
        var verdicts: [Verdict] = []
        verdicts.reserveCapacity(items.count)
        let clock = ContinuousClock()
        var start = clock.now
        for item in items {
            var verdict = Task.isCancelled ? .cancelled : await verify(item)
            let end = clock.now
            verdict.milliseconds = (end - start) / .milliseconds(1)
            start = end
            verdicts.append(verdict)
        }
        return verdicts
    }

    /// Nothing to release.
    public func shutdown() async {}

    /// One completion as a batch of its own: for verifiers that work in batches.
    public func verifyAsBatch(_ item: VerificationItem) async -> Verdict {
        await verify([item]).first
            ?? .verifierError(reason: "noVerdict", explanation: "the verifier '\(name)' gave no verdict for the item")
    }
}
