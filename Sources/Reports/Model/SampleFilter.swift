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
        "outcome", "dataset", "finish", "group", "completion", "disputed", "text", "q", "sort", "shade", "page",
    ]
    /// Those of one sample's page: its place among the samples of the filter, and the sibling that it is set beside.
    public static let sampleKeys = keys + ["at", "with"]

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
    /// What else a sample must fit, see `SampleQuery`.
    public var terms: [SampleClause] = []
    /// In which order.
    public var sort = SampleSort()
    /// What tokens are shaded by.
    public var shade = Shade.entropy
    /// 0-based page.
    public var page = 0
    /// Of one sample's page: its 0-based place among the samples of the filter.
    public var place: Int?
    /// Of one sample's page: the key of the sibling that it is set beside.
    public var sibling: Int64?

    /// All samples, the first page.
    public init() {}

    /// From the query items of an address, each at most once; an empty value is none, as forms send it. Throws
    /// `FilterError` for an item or a value that there is not, with the nearest.
    public init(
        query: some Sequence<(key: some StringProtocol, value: some StringProtocol)>, ofSample: Bool = false
    ) throws {
        let known = ofSample ? Self.sampleKeys : Self.keys
        var given: Set<String> = []
        for (key, value) in query {
            let (key, value) = (String(key), String(value))
            guard known.contains(key) else {
                throw FilterError(description: "no filter '\(key.cut(to: 100))'" + key.hint(among: known))
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
        case "q": terms = try SampleQuery.parse(value)
        case "sort": sort = try Self.order(value)
        case "at": place = Int(min(try Self.number(key, value), 1_000_000_000))
        case "with": sibling = try Self.number(key, value)
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

    /// What a table can be sorted by; `group` is the run's own order.
    static let orders: [SampleClause.Field] = SampleClause.Field.allCases.filter { ![.text, .completion].contains($0) }

    private static func order(_ value: String) throws -> SampleSort {
        let isDescending = value.hasPrefix("-")
        let name = isDescending ? String(value.dropFirst()) : value
        guard let field = SampleClause.Field(rawValue: name), orders.contains(field) else {
            throw FilterError(
                description: "no order '\(name.cut(to: 100))'" + name.hint(among: orders.map(\.rawValue)))
        }
        return SampleSort(field == .group ? nil : field, isDescending: isDescending)
    }

    private static func decoded(_ text: Substring) throws -> String {
        guard let decoded = text.replacing("+", with: " ").removingPercentEncoding else {
            throw FilterError(description: "'\(text)' is not valid percent-encoding")
        }
        return decoded
    }

    /// All terms, those that have an item of their own first.
    public var clauses: [SampleClause] {
        var clauses: [SampleClause] = []
        if let outcome { clauses.append(.init(.outcome, .equals, outcome.rawValue)) }
        if let dataset { clauses.append(.init(.dataset, .equals, dataset)) }
        if let finish { clauses.append(.init(.finish, .equals, finish.rawValue)) }
        if let group { clauses.append(.init(.group, .equals, String(group))) }
        if let completion { clauses.append(.init(.completion, .equals, String(completion))) }
        if isDisputed { clauses.append(.init(.disputed, .equals, "yes")) }
        if let text { clauses.append(.init(.text, .contains, text)) }
        return clauses + terms
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
        if !terms.isEmpty { items.append(("q", SampleQuery.line(terms))) }
        if sort != SampleSort() {
            let field = sort.field ?? .group
            items.append(("sort", (sort.isDescending ? "-" : "") + field.rawValue))
        }
        if shade != .entropy { items.append(("shade", shade.rawValue)) }
        if page > 0 { items.append(("page", String(page))) }
        if let place { items.append(("at", String(place))) }
        if let sibling { items.append(("with", String(sibling))) }
        return "?" + items.map { "\($0.0)=\(Self.encode($0.1))" }.joined(separator: "&")
    }

    static func encode(_ text: String) -> String {
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
