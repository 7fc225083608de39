import Experience
public import JSON

/// The samples of one run by problem, as a comparison needs them.
public struct ComparisonSide: Sendable {
    /// Where they come from.
    public var source: Source
    /// What a reader must know to read the comparison rightly.
    public var notes: [String] = []
    /// The run's configuration; nil where it is not known.
    public var config: JSONValue?
    private(set) var samples: [String: [Sample]] = [:]
    /// Whether any sample is of a cluster.
    private(set) var hasClusters = false
    /// Two of the models that samples are of, at most.
    private(set) var models: Set<String> = []

    /// An empty side.
    public init(source: Source) { self.source = source }

    /// Number of samples.
    public var count: Int { samples.values.reduce(0) { $0 + $1.count } }

    /// Takes a sample; its group names the problem, the same in both sides.
    public mutating func add(_ sample: Sample) {
        if let model = sample.model, models.count < 2 { models.insert(model) }
        if sample.cluster != nil { hasClusters = true }
        samples[sample.group, default: []].append(sample)
    }
}
