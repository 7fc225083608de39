import Numbers

/// The shape of per-token arrays: N rows (completions) packed one after another, and which tokens are trained on.
///
/// Token t of row n is element `starts[n] + t` of every flat array that follows the layout. A rectangular array is the
/// special case of rows of equal length.
public struct TokenLayout: Sendable, Hashable {
    /// More tokens than this are no batch but a wrong length.
    private static let most = 1 << 32

    /// Offsets of the rows, N + 1 elements ascending from 0 ("cu_seqlens").
    public let starts: [Int]
    /// Whether a token takes part in the loss; of length T, the total number of tokens.
    public let mask_T: [Bool]
    /// Number of tokens that take part in the loss.
    public let lossTokens: Int
    /// The same per row, N elements.
    public let lossTokens_N: [Int]

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
            guard length >= 0, let sum = total.adding(length), sum <= Self.most else {
                throw OptimError("length \(length) of a completion", row: row)
            }
            total = sum
            starts.append(total)
        }
        guard mask_T.isEmpty || mask_T.count == total else {
            throw OptimError("length mismatch: a mask of \(mask_T.count) for \(total) tokens")
        }
        self.init(starts: starts, mask_T: mask_T.isEmpty ? [Bool](repeating: true, count: total) : mask_T)
    }

    /// A rectangular or ragged mask per row.
    public init(mask_NT: [[Bool]]) throws {
        try self.init(lengths_N: mask_NT.map(\.count), mask_T: mask_NT.flatMap { $0 })
    }

    /// Loss tokens of a row.
    public func lossTokens(_ row: Int) -> Int { lossTokens_N[row] }
    /// Whether every token of a row takes part in the loss: then kernels need not look at the mask.
    func isFull(_ row: Int) -> Bool { lossTokens_N[row] == starts[row + 1] - starts[row] }

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
        broadcast(values_N, into: &values_T)
        return values_T
    }

    /// As above, over an array of the layout's size.
    func broadcast(_ values_N: [Double], into values_T: inout [Double]) {
        values_T.withUnsafeMutableBufferPointer { values in
            mask_T.withUnsafeBufferPointer { mask in
                for row in 0..<rows {
                    let value = values_N[row]
                    if isFull(row) {
                        for token in self[row] { values[token] = value }
                    } else {
                        for token in self[row] { values[token] = mask[token] ? value : 0 }
                    }
                }
            }
        }
    }

    private init(starts: [Int], mask_T: [Bool]) {
        self.starts = starts
        self.mask_T = mask_T
        lossTokens_N = (1..<starts.count).map { row in mask_T[starts[row - 1]..<starts[row]].count { $0 } }
        lossTokens = lossTokens_N.reduce(0, +)
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
        guard !values.withUnsafeBufferPointer({ isFiniteAtLossTokens($0) }) else { return }
        for row in 0..<rows {
            for token in self[row] where mask_T[token] && !values[token].isFinite {
                throw OptimError("non-finite \(what) \(values[token]) at token \(token - starts[row])", row: row)
            }
        }
    }

    // value - value is 0 for finite values alone; the sum over the mask stays 0 without a branch.
    private func isFiniteAtLossTokens(_ values: UnsafeBufferPointer<Double>) -> Bool {
        mask_T.withUnsafeBufferPointer { mask in
            var (first, second) = (0.0, 0.0)
            for token in stride(from: 0, to: values.count - 1, by: 2) {
                first += mask[token] ? values[token] - values[token] : 0
                second += mask[token + 1] ? values[token + 1] - values[token + 1] : 0
            }
            if values.count % 2 == 1, mask[values.count - 1] { first += values[values.count - 1] * 0 }
            return first + second == 0
        }
    }
}
