public import Experience
public import JSON

/// Makes samples of JSONL rows: what to break down by, lengths and finish reasons are members of the row.
public struct RowSamples: Sendable {
    /// Members that say why sampling ended, the first that a row has.
    public static let finishNames = ["finish_reason", "finish"]
    /// Members that hold the number of sampled tokens.
    public static let lengthNames = ["n_tokens", "completion_tokens", "num_tokens"]

    private let by: [String]
    private let cluster: String?

    /// Samples with the values of the members `by`, "a.b" for one inside; those with one value of the member `cluster` are
    /// of one cluster.
    public init(by: [String], cluster: String? = nil) {
        self.by = by
        self.cluster = cluster
    }

    /// The sample of a row with its verdict.
    public func sample(of row: JSONRow, group: String, verdict: Verdict) -> Sample {
        var sample = Sample(group: group, verdict: verdict)
        sample.values = by.map { row.string(at: $0) }
        sample.cluster = cluster.flatMap { row.string(at: $0) }
        sample.model = row.string("model")
        sample.finish = Self.first(Self.finishNames, of: row).flatMap(FinishReason.init(rawValue:))
        sample.length = Self.first(Self.lengthNames, of: row).flatMap { Int($0) }
        return sample
    }

    private static func first(_ names: [String], of row: JSONRow) -> String? {
        for name in names { if let value = row.string(name) { return value } }
        return nil
    }
}
