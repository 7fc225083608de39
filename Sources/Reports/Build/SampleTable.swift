import Experience

/// Samples as columns: about 40 bytes each, whatever the texts were.
struct SampleTable {
    /// A dense number per distinct text, by its 64-bit hash: the texts themselves are not kept.
    private var groupNumbers: [Int: UInt32] = [:]
    private(set) var group: [UInt32] = []
    // Filled only once a sample has a cluster.
    private var clusters: [UInt32] = []
    /// Models likewise; 0 for none.
    private(set) var model: [UInt32] = []
    private var clusterNumbers: [Int: UInt32] = [:]
    private var modelNumbers: [Int: UInt32] = [:]
    private(set) var outcome: [Outcome?] = []
    private(set) var finish: [FinishReason?] = []
    private(set) var isUnusable: [Bool] = []
    private(set) var isUndecided: [Bool] = []
    /// 0: no answer; 1: the right answer, however it is written; else the hash of the answer's text.
    private(set) var answer: [UInt32] = []
    private(set) var score: [Double] = []
    private(set) var length: [Int32] = []
    private(set) var entropy = EntropyColumns()
    private(set) var verification = Verification()
    /// Whether some right completion came without its answer: then answers cannot be counted.
    private(set) var lacksAnswers = false

    /// Filled only once a sample has an entropy, its half widths once one is not 0.
    struct EntropyColumns {
        var kind: EntropySummary.Kind?
        var mean: [Double] = []
        var halfWidth: [Double] = []
    }

    /// Filled only once a sample has a duration.
    struct Verification { var milliseconds: [Double] = [] }

    var count: Int { group.count }

    mutating func add(_ sample: Sample) {
        let next = UInt32(truncatingIfNeeded: groupNumbers.count)
        let number = groupNumbers[sample.group.hashValue] ?? next
        if number == next { groupNumbers[sample.group.hashValue] = next }
        group.append(number)
        if sample.cluster != nil || hasClusters {
            pad(&clusters, 0)
            clusters.append(Self.number(of: sample.cluster, in: &clusterNumbers))
        }
        model.append(Self.number(of: sample.model, in: &modelNumbers))
        outcome.append(sample.outcome)
        finish.append(sample.finish)
        isUnusable.append(sample.isUnusable)
        isUndecided.append(sample.isUndecided)
        answer.append(Self.label(sample))
        if sample.outcome == .correct, sample.extracted == nil { lacksAnswers = true }
        score.append(sample.score ?? .nan)
        length.append(sample.length.map { Int32(clamping: $0) } ?? -1)
        if let value = sample.entropy, Self.measured.contains(value.mean), Self.measured.contains(value.halfWidth) {
            pad(&entropy.mean, .nan)
            entropy.kind = entropy.kind == nil || entropy.kind == value.kind ? value.kind : .mixed
            entropy.mean.append(value.mean)
            if value.halfWidth != 0 {
                pad(&entropy.halfWidth, 0)
                entropy.halfWidth.append(value.halfWidth)
            }
        }
        if let milliseconds = sample.milliseconds, Self.measured.contains(milliseconds) {
            pad(&verification.milliseconds, .nan)
            verification.milliseconds.append(milliseconds)
        }
    }

    private static func number(of text: String?, in numbers: inout [Int: UInt32]) -> UInt32 {
        guard let hash = text?.hashValue else { return 0 }
        let next = UInt32(truncatingIfNeeded: numbers.count + 1)
        let number = numbers[hash] ?? next
        if number == next { numbers[hash] = next }
        return number
    }

    /// Whether any sample is of a cluster.
    var hasClusters: Bool { !clusterNumbers.isEmpty }

    // Nats and milliseconds that sums over all samples can hold: what lies outside was never measured, but left in a row
    // or a store by somebody else.
    private static let measured = 0...1e15

    // Rows before this one that had no value.
    private func pad<Element>(_ column: inout [Element], _ empty: Element) {
        column.append(contentsOf: repeatElement(empty, count: count - 1 - column.count))
    }

    private static func label(_ sample: Sample) -> UInt32 {
        if sample.outcome == .correct { return 1 }
        guard let extracted = sample.extracted, sample.outcome == .incorrect else { return 0 }
        return max(2, UInt32(truncatingIfNeeded: extracted.hashValue))
    }

    /// The number of a row's cluster; 0 for none.
    func cluster(_ row: Int) -> UInt32 { row < clusters.count ? clusters[row] : 0 }

    /// Mean entropy and half width of a row; nil where it has none.
    func entropy(_ row: Int) -> (mean: Double, halfWidth: Double)? {
        guard row < entropy.mean.count, !entropy.mean[row].isNaN else { return nil }
        return (entropy.mean[row], row < entropy.halfWidth.count ? entropy.halfWidth[row] : 0)
    }

    /// Duration of a row's verification.
    func milliseconds(_ row: Int) -> Double? {
        guard row < verification.milliseconds.count, !verification.milliseconds[row].isNaN else { return nil }
        return verification.milliseconds[row]
    }
}
