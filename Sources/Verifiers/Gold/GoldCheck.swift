public import Experience
internal import Foundation

/// Which golds a verifier could never judge by, because they or their records cannot be read: found out before anything is
/// sampled, by each verifier's own reading (`Verifier.goldFault`). The preflight and `assay verifier golds` both ask it.
public struct GoldCheck: Sendable {
    /// A gold that cannot be judged by.
    public struct Finding: Sendable, Hashable {
        /// Position of its problem among the checked ones, from 0.
        public var index: Int
        /// The problem's id.
        public var id: String
        /// The gold, cut; nil where there is none.
        public var gold: String?
        /// Why nothing can be judged by it.
        public var fault: GoldFault
    }

    private static let examplesKept = 3
    private let verifier: any Verifier

    /// Problems that were looked at; fewer than there are when the time was up.
    public private(set) var checked = 0
    /// Golds that were looked at: a problem may list several.
    public private(set) var golds = 0
    /// Problems that cannot be judged: none of their golds can be read.
    public private(set) var unreadable = 0
    /// Golds that cannot be judged by, by what is wrong with them.
    public private(set) var byKind: [GoldFault.Kind: Int] = [:]
    /// The first three findings.
    public private(set) var examples: [Finding] = []

    /// A check by `verifier` that has seen nothing yet.
    public init(_ verifier: any Verifier) { self.verifier = verifier }

    /// Checks the problems in order, for at most `seconds`.
    public init(_ verifier: any Verifier, _ problems: [Problem], seconds: Double = 5) async {
        self.init(verifier)
        let deadline = ContinuousClock.now + .seconds(seconds)
        for start in stride(from: 0, to: problems.count, by: 256) where ContinuousClock.now <= deadline {
            _ = await add(problems[start..<min(start + 256, problems.count)], until: deadline)
        }
    }

    /// Checks further problems on all cores, or one after the other until `deadline`; a cancellation ends it.
    /// - Returns: what was found, in the problems' order.
    public mutating func add(
        _ problems: some RandomAccessCollection<Problem> & Sendable, until deadline: ContinuousClock.Instant? = nil
    ) async -> [Finding] {
        let problems = Array(problems)
        let looks =
            await deadline == nil
            ? Self.shared(problems, verifier) : Self.looks(at: problems[...], verifier, until: deadline)
        let base = checked
        var findings: [Finding] = []
        for (offset, golds) in looks.enumerated() {
            findings += take(golds, of: problems[offset], index: base + offset)
        }
        return findings
    }

    /// The golds of one problem, each with what is wrong with it.
    private typealias Look = [(gold: String?, fault: GoldFault?)]

    private static func shared(_ problems: [Problem], _ verifier: any Verifier) async -> [Look] {
        let jobs = ProcessInfo.processInfo.activeProcessorCount
        let share = max(1, (problems.count + jobs - 1) / jobs)
        return await withTaskGroup(of: (Int, [Look]).self) { group in
            for start in stride(from: 0, to: problems.count, by: share) {
                let part = problems[start..<min(start + share, problems.count)]
                group.addTask { (start, await looks(at: part, verifier, until: nil)) }
            }
            var parts: [(Int, [Look])] = []
            for await part in group { parts.append(part) }
            return parts.sorted { $0.0 < $1.0 }.flatMap(\.1)
        }
    }

    private static func looks(
        at problems: ArraySlice<Problem>, _ verifier: any Verifier, until deadline: ContinuousClock.Instant?
    ) async -> [Look] {
        var found: [Look] = []
        for problem in problems {
            if Task.isCancelled || deadline.map({ ContinuousClock.now > $0 }) ?? false { break }
            found.append(await look(at: problem, verifier))
        }
        return found
    }

    private static func look(
        at problem: Problem, _ verifier: any Verifier
    ) async -> Look {
        // Elsewhere a list may be one gold: a ranking, a JSON value.
        guard let math = verifier as? MathVerifier, let answer = problem.answer,
            let listed = AcceptedGolds(answer, math.options)?.golds
        else {
            return [(problem.answer, await verifier.goldFault(of: problem))]
        }
        var found: Look = []
        var single = problem
        for gold in listed {
            single.answer = gold
            found.append((gold, await verifier.goldFault(of: single)))
        }
        return found
    }

    private mutating func take(
        _ golds: Look, of problem: Problem, index: Int
    ) -> [Finding] {
        checked += 1
        self.golds += golds.count
        if golds.allSatisfy({ $0.fault != nil }) { unreadable += 1 }
        let findings = golds.compactMap { gold, fault in
            fault.map { fault in
                Finding(
                    index: index, id: problem.id.cut(to: 80), gold: gold?.cut(to: 60),
                    fault: GoldFault(fault.kind, fault.reason.cut(to: 200)))
            }
        }
        for finding in findings { byKind[finding.fault.kind, default: 0] += 1 }
        examples += findings.prefix(Self.examplesKept - examples.count)
        return findings
    }
}
