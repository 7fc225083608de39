public import Experience
import Optim

/// Collects samples one by one, in about 40 bytes each, and makes a report of them.
public struct ReportBuilder: Sendable {
    /// Values of one key beyond this many are put together as "(other)".
    private static let sliceLimit = 200
    private static let examplesPerOutcome = 3

    /// Keys to break down by.
    public let by: [String]
    private var table = SampleTable()
    private let lengthUnit: LengthSummary.Unit
    private var labels: [[String]]
    private var labelNumbers: [[String: Int16]]
    private var columns: [[Int16]]
    private var examples: [Outcome: [Example]] = [:]

    /// A builder that breaks down by the keys `by`.
    public init(by: [String] = [], lengthUnit: LengthSummary.Unit = .tokens) {
        self.by = by
        self.lengthUnit = lengthUnit
        labels = Array(repeating: [], count: by.count)
        labelNumbers = Array(repeating: [:], count: by.count)
        columns = Array(repeating: [], count: by.count)
    }

    /// Number of samples so far.
    public var count: Int { table.count }

    /// Keys to break down by of which no sample so far has a value.
    public var keysWithoutValue: [String] { by.indices.filter { labels[$0].isEmpty }.map { by[$0] } }

    /// Takes a sample into the report; `sample.values` are of the keys `by`.
    public mutating func add(_ sample: Sample) {
        table.add(sample)
        for key in by.indices {
            let value = key < sample.values.count ? sample.values[key] : nil
            columns[key].append(number(of: value, key: key))
        }
    }

    // -1 for no value.
    private mutating func number(of value: String?, key: Int) -> Int16 {
        guard let value = value?.cut(to: 120) else { return -1 }
        if let number = labelNumbers[key][value] { return number }
        if labels[key].count > Self.sliceLimit { return Int16(Self.sliceLimit) }
        labels[key].append(labels[key].count == Self.sliceLimit ? "(other)" : value)
        let number = Int16(labels[key].count - 1)
        if number < Self.sliceLimit { labelNumbers[key][value] = number }
        return number
    }

    /// Whether any completion is of a cluster.
    var hasClusters: Bool { table.hasClusters }

    /// Whether an example of this outcome is still wanted.
    public func wantsExample(_ outcome: Outcome) -> Bool {
        outcome != .correct && (examples[outcome]?.count ?? 0) < Self.examplesPerOutcome
    }

    /// Keeps a completion to show.
    public mutating func add(example: Example) { examples[example.outcome, default: []].append(example) }

    /// The report; keys of which no sample has a value are left out.
    public func report(of source: Source) throws -> Report {
        var slices = SliceBuilder(table: table, lengthUnit: lengthUnit)
        var report = Report(source: source, overall: try slices.slice(label: "all", rows: Array(0..<table.count)))
        for (key, name) in by.enumerated() where !labels[key].isEmpty {
            var breakdown = Breakdown(by: name, slices: [])
            let labels = labels[key] + ["(none)"]
            let (rows, starts) = Self.sorted(columns[key], labels: self.labels[key].count)
            for number in Self.order(self.labels[key]) + [labels.count - 1] where starts[number] < starts[number + 1] {
                let own = rows[starts[number]..<starts[number + 1]].map { Int($0) }
                breakdown.slices.append(try slices.slice(label: labels[number], rows: own))
            }
            report.breakdowns.append(breakdown)
        }
        report.examples = chosenExamples
        report.notes = Self.notes(report)
        return report
    }

    // The rows by label, those without one at the end, and where each label's begin: four bytes a row, of a million rows.
    private static func sorted(_ column: [Int16], labels: Int) -> (rows: [UInt32], starts: [Int]) {
        func place(_ number: Int16) -> Int { number < 0 ? labels : Int(number) }
        var starts = [Int](repeating: 0, count: labels + 2)
        for number in column { starts[place(number) + 1] += 1 }
        for label in 0...labels { starts[label + 1] += starts[label] }
        var next = starts
        var rows = [UInt32](repeating: 0, count: column.count)
        for (row, number) in column.enumerated() {
            rows[next[place(number)]] = UInt32(truncatingIfNeeded: row)
            next[place(number)] += 1
        }
        return (rows, starts)
    }

    // Numbered labels, as policy versions and levels are, by their numbers; others as they came.
    private static func order(_ labels: [String]) -> [Int] {
        var numbers: [Int] = []
        var prefix: Substring?
        for label in labels where label != "(other)" {
            let words = label.prefix { !$0.isASCII || !$0.isNumber }
            guard let number = Int(label[words.endIndex...]), prefix == nil || prefix == words else {
                return Array(labels.indices)
            }
            prefix = words
            numbers.append(number)
        }
        return numbers.indices.sorted { (numbers[$0], $0) < (numbers[$1], $1) } + Array(numbers.count..<labels.count)
    }

    // What the figures leave out or do not say.
    private static func notes(_ report: Report) -> [String] {
        let all = report.overall
        var notes: [String] = []
        if all.models > 1, all.completions > all.problems {
            notes.append(
                "pass@k is not drawn from several models together: it is by model, and the whole ends at pass@1")
        }
        if all.leftOut > 0, let last = all.curve.last {
            notes.append(
                "pass@k, majority@k and their kin are over the \(last.pass.problems) problems with \(last.k) judged "
                    + "completions or more; " + all.leftOut.counted("problem has", "problems have") + " fewer")
        }
        if all.passAt1.gap != nil, all.passAt1.problems > 0 {
            notes.append(
                "too few problems for an interval: \(all.passAt1.problems) of at least \(MeanInterval.fewest)")
        }
        // Of twenty intervals of 95 % one misses, as must be expected; of few, likely none.
        let slices = report.breakdowns.reduce(0) { $0 + $1.slices.count { $0.passAt1.gap == nil } }
        if slices >= 10 {
            notes.append(
                "\(slices) slices have each a 95 % interval of its own: about \((slices + 10) / 20) of them may miss; "
                    + "'assay compare' tests a difference")
        }
        return notes
    }

    // One of each outcome first, then seconds of each.
    private var chosenExamples: [Example] {
        (0..<Self.examplesPerOutcome).flatMap { turn in
            Outcome.allCases.compactMap { outcome in
                guard let list = examples[outcome], turn < list.count else { return nil }
                return list[turn]
            }
        }
    }
}
