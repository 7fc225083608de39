/// Rows that are forks of others, and so begin with tokens that were sampled once for all of them (ARPO, arXiv 2507.19849).
public struct ForkTree: Sendable, Hashable {
    /// The rows' tokens; a shared token is in every row that has it.
    public let layout: TokenLayout
    /// Whom each row left; nil for one that was sampled from its beginning. A parent stands before its forks.
    public let parents_N: [Int?]
    /// How many of its first tokens each row shares with its parent.
    public let shared_N: [Int]

    /// Throws for a parent that is not before its fork, for more shared tokens than both have, and where their masks differ.
    public init(layout: TokenLayout, parents_N: [Int?], shared_N: [Int]) throws {
        guard parents_N.count == layout.rows, shared_N.count == layout.rows else {
            throw OptimError(
                "length mismatch: \(parents_N.count) parents, \(shared_N.count) shared lengths, \(layout.rows) rows")
        }
        for (row, parent) in parents_N.enumerated() {
            let shared = shared_N[row]
            guard let parent else {
                guard shared == 0 else { throw OptimError("\(shared) shared tokens without a parent", row: row) }
                continue
            }
            guard parent >= 0, parent < row else {
                throw OptimError("parent \(parent) is not before its fork", row: row)
            }
            guard shared >= 0, shared <= layout[row].count, shared <= layout[parent].count else {
                throw OptimError("\(shared) shared tokens are more than there are", row: row)
            }
            let (own, other) = (layout.starts[row], layout.starts[parent])
            guard layout.mask_T[own..<own + shared].elementsEqual(layout.mask_T[other..<other + shared]) else {
                throw OptimError("shared tokens whose masks differ from the parent's", row: row)
            }
        }
        (self.layout, self.parents_N, self.shared_N) = (layout, parents_N, shared_N)
    }

    /// The layout in which each sampled token trains once, in the row that sampled it: its loss tokens are the distinct sampled
    /// ones. (Soft, the paper's other way, is the layout as it is: a shared token trains in each row, with its advantage.)
    public func once() throws -> TokenLayout {
        var mask_T = layout.mask_T
        for row in 0..<layout.rows {
            for token in layout.starts[row]..<layout.starts[row] + shared_N[row] { mask_T[token] = false }
        }
        return try TokenLayout(lengths_N: (0..<layout.rows).map { layout[$0].count }, mask_T: mask_T)
    }

    /// The advantages of tokens that train once: of a shared token the mean over the rows that have it (hard estimation in the
    /// paper), of another its row's. Rows without an advantage are in no mean; a token that only such rows have has none.
    /// - Returns: the advantages, and the layout of the tokens that have one; elsewhere they are 0.
    public func advantages(_ values_N: [Double?]) throws -> (advantages_T: [Double], layout: TokenLayout) {
        guard values_N.count == layout.rows else {
            throw OptimError("length mismatch: \(values_N.count) advantages for \(layout.rows) rows")
        }
        return try advantages(
            layout.broadcast(values_N.map { $0 ?? 0 }), isDefined_N: values_N.map { $0 != nil })
    }

    /// The same of advantages that differ inside a row.
    public func advantages(
        _ values_T: [Double], isDefined_N: [Bool]
    ) throws -> (advantages_T: [Double], layout: TokenLayout) {
        guard values_T.count == layout.tokens, isDefined_N.count == layout.rows else {
            throw OptimError("length mismatch: \(values_T.count) advantages for \(layout.tokens) tokens")
        }
        var sums_T = values_T
        var counts_T = layout.broadcast(isDefined_N.map { $0 ? 1 : 0 })
        for token in sums_T.indices where counts_T[token] == 0 { sums_T[token] = 0 }
        // From the last fork back, each gives what it shares to whom it left.
        for row in (0..<layout.rows).reversed() {
            guard let parent = parents_N[row] else { continue }
            for offset in 0..<shared_N[row] {
                let (own, other) = (layout.starts[row] + offset, layout.starts[parent] + offset)
                sums_T[other] += sums_T[own]
                counts_T[other] += counts_T[own]
            }
        }
        let once = try once()
        let mask_T = once.mask_T.indices.map { once.mask_T[$0] && counts_T[$0] > 0 }
        return (
            mask_T.indices.map { mask_T[$0] ? sums_T[$0] / counts_T[$0] : 0 },
            try TokenLayout(lengths_N: (0..<layout.rows).map { layout[$0].count }, mask_T: mask_T)
        )
    }
}
