public import Experience
import Foundation

/// A page's address asks for what is not there: which part of it, and the nearest that is.
public struct FilterError: Error, Sendable, Hashable, CustomStringConvertible {
    /// One line.
    public var description: String
}

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

    /// The items that an address may have.
    public static let keys = [
        "outcome", "dataset", "finish", "group", "completion", "disputed", "text", "shade", "page",
    ]

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

    /// From the query items of an address, each at most once; an empty value is none, as forms send it. Throws
    /// `FilterError` for an item or a value that there is not, with the nearest.
    public init(query: some Sequence<(key: some StringProtocol, value: some StringProtocol)>) throws {
        var given: Set<String> = []
        for (key, value) in query {
            let (key, value) = (String(key), String(value))
            guard Self.keys.contains(key) else {
                throw FilterError(description: "no filter '\(key.cut(to: 100))'" + key.hint(among: Self.keys))
            }
            guard given.insert(key).inserted else {
                throw FilterError(description: "the filter '\(key)' is given twice")
            }
            if !value.isEmpty { try set(key, to: value) }
        }
    }

    /// From the text after an address's "?". Throws `FilterError`.
    public init(address: String) throws {
        try self.init(
            query: address.split(separator: "&").map { item in
                let parts = item.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
                guard parts.count == 2 else {
                    throw FilterError(description: "expected key=value in a filter, not '\(item)'")
                }
                return (key: try Self.decoded(parts[0]), value: try Self.decoded(parts[1]))
            })
    }

    private mutating func set(_ key: String, to value: String) throws {
        switch key {
        case "outcome": outcome = try Self.choice(key, value)
        case "finish": finish = try Self.choice(key, value)
        case "shade": shade = try Self.choice(key, value)
        case "dataset": dataset = value
        case "text": text = String(value.prefix(200))
        case "group": group = Int(try Self.number(key, value))
        case "completion": completion = try Self.number(key, value)
        case "page": page = Int(min(try Self.number(key, value), 1_000_000))
        default:
            guard value == "1" || value == "0" else {
                throw FilterError(description: "the filter '\(key)' is 1 or 0, not '\(value.cut(to: 100))'")
            }
            isDisputed = value == "1"
        }
    }

    private static func choice<Value: RawRepresentable<String> & CaseIterable>(
        _ key: String, _ value: String
    ) throws -> Value {
        if let choice = Value(rawValue: value) { return choice }
        throw FilterError(
            description: "no \(key) '\(value.cut(to: 100))'" + value.hint(among: Value.allCases.map(\.rawValue)))
    }

    private static func number(_ key: String, _ value: String) throws -> Int64 {
        if let number = Int64(value), number >= 0 { return number }
        throw FilterError(description: "the filter '\(key)' is a whole number from 0, not '\(value.cut(to: 100))'")
    }

    private static func decoded(_ text: Substring) throws -> String {
        guard let decoded = text.replacing("+", with: " ").removingPercentEncoding else {
            throw FilterError(description: "'\(text)' is not valid percent-encoding")
        }
        return decoded
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
