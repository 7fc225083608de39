/// The turns of every row (episode) of a token layout: K turns in all, packed row by row.
///
/// Turn k of row n is element `starts[n] + k` of every array whose name ends in `_K`. Each loss token is in one turn; what stands
/// between turns (a tool's output, a user's words) is in none. A turn may have no loss token.
public struct TurnLayout: Sendable, Hashable {
    /// The rows and which of their tokens are trained on.
    public let layout: TokenLayout
    /// Offsets of the rows' turns, N + 1 elements ascending from 0.
    public let starts: [Int]
    /// The tokens of each turn, as the layout numbers them.
    public let tokens_K: [Range<Int>]
    /// The row of each turn.
    public let rows_K: [Int]
    /// The last loss token of each turn; nil where it has none.
    public let last_K: [Int?]

    /// Number of turns.
    public var turns: Int { tokens_K.count }
    /// Number of rows.
    public var rows: Int { layout.rows }
    /// The turns of a row.
    public subscript(row: Int) -> Range<Int> { starts[row]..<starts[row + 1] }
    /// Which turn of its row a turn is, from 0.
    public func number(_ turn: Int) -> Int { turn - starts[rows_K[turn]] }

    /// Turns by their tokens, each range relative to its row's start and in order.
    ///
    /// Throws for ranges that overlap or leave their row, for a row too many or too few, and for a loss token in no turn.
    public init(layout: TokenLayout, turns_N: [[Range<Int>]]) throws {
        guard turns_N.count == layout.rows else {
            throw OptimError("length mismatch: turns of \(turns_N.count) rows, \(layout.rows) rows of tokens")
        }
        var starts = [0]
        var tokens_K: [Range<Int>] = []
        var rows_K: [Int] = []
        for (row, ranges) in turns_N.enumerated() {
            var (end, inTurns) = (0, 0)
            for range in ranges {
                guard range.lowerBound >= end, range.upperBound <= layout[row].count else {
                    throw OptimError("turn \(range) is outside its row or overlaps the one before", row: row)
                }
                end = range.upperBound
                let tokens = layout.starts[row] + range.lowerBound..<layout.starts[row] + range.upperBound
                inTurns += layout.mask_T[tokens].count { $0 }
                tokens_K.append(tokens)
                rows_K.append(row)
            }
            guard inTurns == layout.lossTokens(row) else {
                throw OptimError(
                    "\(layout.lossTokens(row) - inTurns) of \(layout.lossTokens(row)) loss tokens are in no turn",
                    row: row)
            }
            starts.append(tokens_K.count)
        }
        self.init(layout, starts, tokens_K, rows_K)
    }

    /// Each run of loss tokens is a turn, for rows of which no more is known.
    public init(runsOf layout: TokenLayout) {
        var starts = [0]
        var tokens_K: [Range<Int>] = []
        var rows_K: [Int] = []
        for row in 0..<layout.rows {
            var start: Int?
            for token in layout[row] {
                if layout.mask_T[token] {
                    start = start ?? token
                } else if let first = start {
                    tokens_K.append(first..<token)
                    start = nil
                }
            }
            if let first = start { tokens_K.append(first..<layout.starts[row + 1]) }
            rows_K += repeatElement(row, count: tokens_K.count - rows_K.count)
            starts.append(tokens_K.count)
        }
        self.init(layout, starts, tokens_K, rows_K)
    }

    private init(_ layout: TokenLayout, _ starts: [Int], _ tokens_K: [Range<Int>], _ rows_K: [Int]) {
        self.layout = layout
        self.starts = starts
        self.tokens_K = tokens_K
        self.rows_K = rows_K
        last_K = tokens_K.map { tokens in tokens.last { layout.mask_T[$0] } }
    }

    /// The same turns with no loss token in the rows that are not kept.
    public func keeping(_ keep_N: [Bool]) -> TurnLayout { TurnLayout(layout.keeping(keep_N), starts, tokens_K, rows_K) }

    /// One value per turn, at each of its loss tokens; 0 at all others.
    public func broadcast(_ values_K: [Double]) throws -> [Double] {
        try check(values_K.count, "values")
        var values_T = [Double](repeating: 0, count: layout.tokens)
        for (turn, tokens) in tokens_K.enumerated() {
            for token in tokens where layout.mask_T[token] { values_T[token] = values_K[turn] }
        }
        return values_T
    }

    /// Throws unless there is one element per turn; `what` names them in the message.
    func check(_ count: Int, _ what: String) throws {
        guard count == turns else { throw OptimError("length mismatch: \(count) \(what) for \(turns) turns") }
    }

    /// Throws for a value that is not finite, naming its row.
    func checkFinite(_ values_K: [Double], _ what: String) throws {
        try check(values_K.count, "\(what)s")
        for (turn, value) in values_K.enumerated() where !value.isFinite {
            throw OptimError("non-finite \(what) \(value) of turn \(number(turn))", row: rows_K[turn])
        }
    }

    /// Throws unless there is one element per row.
    func checkRows(_ count: Int, _ what: String) throws {
        guard count == rows else { throw OptimError("length mismatch: \(count) \(what) for \(rows) rows") }
    }
}
