public import Experience
public import JSON

/// Makes samples of JSONL rows: what to break down by, lengths and finish reasons are members of the row.
public struct RowSamples: Sendable {
    /// Members that say why sampling ended, the first that a row has.
    public static let finishNames = ["finish_reason", "finish"]
    /// Members that hold the number of sampled tokens.
    public static let lengthNames = ["n_tokens", "completion_tokens", "num_tokens"]

    private let by: [String]
    private let names: [String]

    /// Samples with the values of the members `by`.
    public init(by: [String]) {
        self.by = by
        names = by + Self.finishNames + Self.lengthNames
    }

    /// The sample of a row with its verdict.
    public func sample(of row: JSONRow, group: String, verdict: Verdict) -> Sample {
        var sample = Sample(group: group, verdict: verdict)
        let values = row.strings(names)
        sample.values = Array(values[..<by.count])
        let rest = values[by.count...]
        sample.finish = rest.prefix(Self.finishNames.count).compactMap { $0 }.first.flatMap(
            FinishReason.init(rawValue:))
        sample.length = rest.suffix(Self.lengthNames.count).compactMap { $0 }.first.flatMap { Int($0) }
        return sample
    }
}
