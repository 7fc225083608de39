import Experience

/// The samples of one run by problem, as a comparison needs them.
public struct ComparisonSide: Sendable {
    /// Where they come from.
    public var source: Source
    private(set) var samples: [String: [Sample]] = [:]

    /// An empty side.
    public init(source: Source) { self.source = source }

    /// Number of samples.
    public var count: Int { samples.values.reduce(0) { $0 + $1.count } }

    /// Takes a sample; its group names the problem, the same in both sides.
    public mutating func add(_ sample: Sample) { samples[sample.group, default: []].append(sample) }
}
