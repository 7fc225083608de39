/// The shape of per-token arrays: N rows (completions) packed one after another, and which tokens are trained on.
///
/// Token t of row n is element `starts[n] + t` of every flat array that follows the layout. A rectangular array is the
/// special case of rows of equal length.
public struct TokenLayout: Sendable, Hashable {
    /// Offsets of the rows, N + 1 elements ascending from 0 ("cu_seqlens").
    public let starts: [Int]
    /// Whether a token takes part in the loss; of length T, the total number of tokens.
    public let mask_T: [Bool]
    /// Number of tokens that take part in the loss.
    public let lossTokens: Int

    /// Number of rows.
    public var rows: Int { starts.count - 1 }
    /// Number of tokens.
    public var tokens: Int { mask_T.count }
    /// The tokens of a row.
    public subscript(row: Int) -> Range<Int> { starts[row]..<starts[row + 1] }

    /// Rows of the given lengths; a mask that is empty means every token. Throws when the mask has another length.
    public init(lengths_N: [Int], mask_T: [Bool] = []) throws {
        var starts = [0]
        starts.reserveCapacity(lengths_N.count + 1)
        var total = 0
        for (row, length) in lengths_N.enumerated() {
            guard length >= 0 else { throw OptimError("length \(length) of a completion", row: row) }
            total += length
            starts.append(total)
        }
        guard mask_T.isEmpty || mask_T.count == total else {
            throw OptimError("length mismatch: a mask of \(mask_T.count) for \(total) tokens")
        }
        self.starts = starts
        self.mask_T = mask_T.isEmpty ? [Bool](repeating: true, count: total) : mask_T
        lossTokens = self.mask_T.count { $0 }
    }

    /// A rectangular or ragged mask per row.
    public init(mask_NT: [[Bool]]) throws {
        try self.init(lengths_N: mask_NT.map(\.count), mask_T: mask_NT.flatMap { $0 })
    }

    /// Loss tokens of a row.
    public func lossTokens(_ row: Int) -> Int { mask_T[self[row]].count { $0 } }

    /// The same layout with no loss token in the rows that are not kept.
    public func keeping(_ keep_N: [Bool]) -> TokenLayout {
        if keep_N.allSatisfy({ $0 }) { return self }
        var mask_T = mask_T
        for row in 0..<rows where !keep_N[row] {
            for token in self[row] { mask_T[token] = false }
        }
        return TokenLayout(starts: starts, mask_T: mask_T)
    }

    /// One value per row, at each of its loss tokens; 0 at the others.
    public func broadcast(_ values_N: [Double]) -> [Double] {
        var values_T = [Double](repeating: 0, count: tokens)
        for row in 0..<rows {
            for token in self[row] where mask_T[token] { values_T[token] = values_N[row] }
        }
        return values_T
    }

    private init(starts: [Int], mask_T: [Bool]) {
        self.starts = starts
        self.mask_T = mask_T
        lossTokens = mask_T.count { $0 }
    }

    /// Throws unless `values` has one element per token; `what` names it in the message.
    func check(_ values: [Double], _ what: String) throws {
        guard values.count == tokens else {
            throw OptimError("length mismatch: \(values.count) \(what) for \(tokens) tokens")
        }
    }

    /// Throws for a value at a loss token that is not finite, naming the row.
    func checkFinite(_ values: [Double], _ what: String) throws {
        try check(values, what)
        for row in 0..<rows {
            for token in self[row] where mask_T[token] && !values[token].isFinite {
                throw OptimError("non-finite \(what) \(values[token]) at token \(token - starts[row])", row: row)
            }
        }
    }
}
