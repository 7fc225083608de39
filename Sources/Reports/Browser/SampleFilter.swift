public import Experience

/// Which samples of a run a page shows, as a page's address says it.
public struct SampleFilter: Sendable, Hashable {
    /// What tokens are shaded by.
    public enum Shade: String, Sendable, CaseIterable {
        /// Entropy from the top candidates; -log-probability of the sampled token where there are none.
        case entropy
        /// The sampled token's probability: unlikely tokens stand out.
        case logprob
        /// The token's advantage: orange above zero, blue below.
        case advantage
    }

    /// Only this outcome.
    public var outcome: Outcome?
    /// Only this dataset.
    public var dataset: String?
    /// Only this finish reason.
    public var finish: FinishReason?
    /// Only the group at this ordinal.
    public var group: Int?
    /// Only the completion of this key in the store.
    public var completion: Int64?
    /// Only samples on which two verifiers disagree.
    public var isDisputed = false
    /// Only samples whose text, prompt or problem id holds this text.
    public var text: String?
    /// What tokens are shaded by.
    public var shade = Shade.entropy
    /// 0-based page.
    public var page = 0

    /// All samples, the first page.
    public init() {}

    /// From the query items of an address; what is not understood is ignored.
    public init(query: some Sequence<(key: some StringProtocol, value: some StringProtocol)>) {
        for (key, value) in query {
            let value = String(value)
            if value.isEmpty { continue }
            switch key {
            case "outcome": outcome = Outcome(rawValue: value)
            case "dataset": dataset = value
            case "finish": finish = FinishReason(rawValue: value)
            case "group": group = Int(value)
            case "completion": completion = Int64(value)
            case "disputed": isDisputed = value == "1"
            case "text": text = String(value.prefix(200))
            case "shade": shade = Shade(rawValue: value) ?? .entropy
            case "page": page = min(max(0, Int(value) ?? 0), 1_000_000)
            default: continue
            }
        }
    }

    /// The query of an address that gives this filter, "?" included.
    public var query: String {
        var items: [(String, String)] = []
        if let outcome { items.append(("outcome", outcome.rawValue)) }
        if let dataset { items.append(("dataset", dataset)) }
        if let finish { items.append(("finish", finish.rawValue)) }
        if let group { items.append(("group", String(group))) }
        if let completion { items.append(("completion", String(completion))) }
        if isDisputed { items.append(("disputed", "1")) }
        if let text { items.append(("text", text)) }
        if shade != .entropy { items.append(("shade", shade.rawValue)) }
        if page > 0 { items.append(("page", String(page))) }
        return "?" + items.map { "\($0.0)=\(Self.encode($0.1))" }.joined(separator: "&")
    }

    private static func encode(_ text: String) -> String {
        text.utf8.reduce(into: "") { encoded, byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."):
                encoded.unicodeScalars.append(Unicode.Scalar(byte))
            default:
                let digits = String(byte, radix: 16, uppercase: true)
                encoded += "%" + (digits.count == 1 ? "0" : "") + digits
            }
        }
    }
}
