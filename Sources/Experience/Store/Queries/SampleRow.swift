import GRDB

/// What samples are sorted by; what has no value comes last.
public struct SampleSort: Sendable, Hashable {
    /// nil is the run's own order.
    public var field: SampleClause.Field?
    /// Whether the largest come first.
    public var isDescending: Bool

    /// An order.
    public init(_ field: SampleClause.Field? = nil, isDescending: Bool = false) {
        self.field = field
        self.isDescending = isDescending
    }
}

/// A sample as a line of a table shows it; long texts are cut.
package struct SampleRow: Sendable, Hashable {
    package var id: Int64
    /// Its group's place in the run, and its own in the group.
    package var group: Int
    package var index: Int
    package var problem: String
    package var dataset: String
    package var model: String?
    package var finish: String
    package var tokens: Int?
    package var outcome: String?
    package var score: Double?
    package var reason: String?
    package var extracted: String?
    package var gold: String?
    package var milliseconds: Double?
    package var entropy: Double?
    package var advantage: Double?

    static let columns = """
        id, "group", "index", problem, dataset, model, finish, tokens, outcome, score, reason, extracted, gold, ms, entropy, \
        advantage
        """

    /// Of a row with `columns` alone.
    init(_ row: Row) throws {
        id = try row[stored: 0]
        group = try row[stored: 1]
        index = try row[stored: 2]
        problem = try row[stored: 3]
        dataset = try row[stored: 4]
        model = try row[stored: 5]
        finish = try row[stored: 6]
        tokens = try row[stored: 7]
        outcome = try row[stored: 8]
        score = try row[stored: 9]
        reason = try row[stored: 10]
        extracted = try row[stored: 11]
        gold = try row[stored: 12]
        milliseconds = try row[stored: 13]
        entropy = try row[stored: 14]
        advantage = try row[stored: 15]
    }
}

/// Some samples of a selection, with how many it has.
package struct SamplePage: Sendable {
    package var rows: [SampleRow]
    package var total: Int
    /// How texts were searched; nil where none were.
    package var search: SampleSearch?
    /// Whether the narrow table is still being made: nothing but the run's own order can be had.
    package var isPreparing = false

    /// Whether the same asked a moment later says more.
    package var isPartial: Bool {
        if case .part = search { return true }
        return isPreparing
    }
}

/// How texts were searched.
package enum SampleSearch: Sendable, Hashable {
    /// Every text was read: any part of a text is found.
    case scanned
    /// Only this share of the texts was read, for time is up; asked again it goes on from there.
    case part(Double)
    /// By the index: whole words are found.
    case indexed
}
