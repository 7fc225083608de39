/// Counts the rows that a reader passes, and tells which of them belong to its shard.
package struct PassedRows: Sendable {
    private let shard: Shard?
    /// Rows passed so far, those of other shards included.
    package private(set) var count = 0
    /// FNV-1a of the rows passed so far, of a shard's reader; 0 of others.
    package private(set) var hash: UInt64 = 0

    package init(of shard: Shard?) { self.shard = shard }

    /// Passes a row; false for one of another shard.
    package mutating func takes(_ bytes: some Sequence<UInt8>) -> Bool {
        count += 1
        guard let shard else { return true }
        hash = bytes.reduce(hash ^ 0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
        return shard.contains(row: count - 1)
    }
}
