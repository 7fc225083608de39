import Experience

/// Collects what a map of problems and samples shows, in some 20 bytes a sample.
struct ProblemCollector {
    /// Cells of the whole map, and samples of one problem.
    private static let cells = 2000
    private static let problems = 200
    private static let samples = 64

    private struct Group {
        var problem: String
        var dataset: String
        var first: Int
        var count = 0
        var judged = 0
        var right = 0
        var tokens = RunningMean()
        var entropy = RunningMean()
        var answers = 0
    }

    private var groups: [Group] = []
    /// Of the last group.
    private var answers: Set<Int> = []
    private var verdicts: [UInt8] = []
    private var keys: [Int64] = []

    /// A new group's samples follow.
    mutating func begin(problem: String, dataset: String) {
        groups.append(Group(problem: problem.cut(to: 200), dataset: dataset.cut(to: 200), first: verdicts.count))
    }

    /// A sample of the last group.
    mutating func add(_ sample: Sample, key: Int64) {
        guard !groups.isEmpty else { return }
        let last = groups.count - 1
        verdicts.append(Self.letter(sample.outcome))
        keys.append(key)
        groups[last].count += 1
        if sample.outcome?.isScored == true, sample.score != nil { groups[last].judged += 1 }
        if sample.outcome == .correct { groups[last].right += 1 }
        if let length = sample.length { groups[last].tokens.add(Double(length)) }
        if let entropy = sample.entropy { groups[last].entropy.add(entropy.mean) }
        if let extracted = sample.extracted { answers.insert(extracted.hashValue) }
    }

    /// The last group is whole.
    mutating func end() {
        if !groups.isEmpty { groups[groups.count - 1].answers = answers.count }
        answers.removeAll(keepingCapacity: true)
    }

    private static func letter(_ outcome: Outcome?) -> UInt8 {
        switch outcome {
        case .correct: UInt8(ascii: "c")
        case .incorrect: UInt8(ascii: "i")
        case .noAnswer: UInt8(ascii: "n")
        case .timeout: UInt8(ascii: "t")
        case .verifierError: UInt8(ascii: "e")
        case nil: UInt8(ascii: "-")
        }
    }

    /// The section; nil without a group.
    var section: ProblemSection? {
        let sorted = groups.filter { $0.count > 0 }.enumerated().sorted { one, other in
            (Self.share(one.element), one.offset) < (Self.share(other.element), other.offset)
        }.map(\.element)
        guard !sorted.isEmpty else { return nil }
        let widest = min(Self.samples, max(1, sorted.map(\.count).max() ?? 1))
        let most = max(1, min(Self.problems, Self.cells / widest))
        // Of many, the first and the last and what lies between at equal distances.
        let chosen =
            sorted.count <= most
            ? sorted : (0..<most).map { sorted[$0 * (sorted.count - 1) / max(most - 1, 1)] }
        return ProblemSection(total: sorted.count, problems: chosen.map(problem))
    }

    // What was never judged comes last.
    private static func share(_ group: Group) -> Double {
        group.judged > 0 ? Double(group.right) / Double(group.judged) : 2
    }

    private func problem(_ group: Group) -> ProblemSection.Problem {
        let range = group.first..<group.first + min(group.count, Self.samples)
        return .init(
            problem: group.problem, dataset: group.dataset, judged: group.judged, right: group.right,
            verdicts: String(decoding: verdicts[range], as: UTF8.self),
            completions: keys[range].map { Int(clamping: $0) }, tokens: group.tokens.mean, entropy: group.entropy.mean,
            answers: group.answers)
    }
}
