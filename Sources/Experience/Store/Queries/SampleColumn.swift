import GRDB

/// The order of a column of a narrow table: equal values have one rank, and what has no value has -1. Sorting what a
/// filter chooses is counting then: two passes over its rows, whatever the page.
struct SampleColumn: Sendable {
    private let ranks_N: [Int32]
    private let distinct: Int

    /// Reads the column of `field`; texts are ordered by their bytes, as SQLite does.
    init(_ field: SampleClause.Field, of table: String, _ db: Database) throws {
        let sql = "SELECT \"\(field.rawValue)\" FROM \(table) ORDER BY pos"
        if field.isNumber || field == .disputed {
            var values_N: [Double] = []
            let cursor = try Row.fetchCursor(db, sql: sql)
            while let row = try cursor.next() { values_N.append(try row[stored: 0] ?? .nan) }
            (ranks_N, distinct) = Self.ranks(values_N)
        } else {
            var codes: [String: Int32] = [:]
            var codes_N: [Int32] = []
            let cursor = try Row.fetchCursor(db, sql: sql)
            while let row = try cursor.next() {
                guard let text: String = try row[stored: 0] else {
                    codes_N.append(-1)
                    continue
                }
                let code = codes[text] ?? Int32(codes.count)
                if Int(code) == codes.count { codes[text] = code }
                codes_N.append(code)
            }
            let sorted = codes.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
            var ranks = [Int32](repeating: 0, count: sorted.count)
            for (rank, entry) in sorted.enumerated() { ranks[Int(entry.value)] = Int32(rank) }
            (ranks_N, distinct) = (codes_N.map { $0 < 0 ? -1 : ranks[Int($0)] }, sorted.count)
        }
    }

    private static func ranks(_ values_N: [Double]) -> ([Int32], Int) {
        let order = values_N.indices.filter { !values_N[$0].isNaN }.sorted { values_N[$0] < values_N[$1] }
        var ranks_N = [Int32](repeating: -1, count: values_N.count)
        var rank: Int32 = -1
        var last = Double.nan
        for place in order {
            if values_N[place] != last { rank += 1 }
            last = values_N[place]
            ranks_N[place] = rank
        }
        return (ranks_N, Int(rank) + 1)
    }

    // What has no value comes last in either direction.
    private func key(_ place: Int, _ isDescending: Bool) -> Int {
        let rank = Int(ranks_N[place])
        return rank < 0 ? distinct : isDescending ? distinct - 1 - rank : rank
    }

    /// Up to `limit` places of a set behind the first `offset`, in the column's order; equal values in the run's.
    func places(of set: SampleSet, isDescending: Bool, limit: Int, offset: Int) -> [Int] {
        var next = [Int](repeating: 0, count: distinct + 1)
        set.forEach { next[key($0, isDescending)] += 1 }
        var total = 0
        for key in next.indices {
            let count = next[key]
            next[key] = total
            total += count
        }
        let end = min(offset + limit, total)
        guard offset < end else { return [] }
        var places = [Int](repeating: 0, count: end - offset)
        set.forEach { place in
            let key = key(place, isDescending)
            let index = next[key]
            next[key] += 1
            if index >= offset, index < end { places[index - offset] = place }
        }
        return places
    }

    /// How many of a set come before a place.
    func count(of set: SampleSet, before place: Int, isDescending: Bool) -> Int {
        let mine = key(place, isDescending)
        var count = 0
        set.forEach { other in
            let key = key(other, isDescending)
            if key < mine || key == mine && other < place { count += 1 }
        }
        return count
    }

    /// How often each value stands in a set, the most frequent first, as a place that has it; up to `limit` values.
    func frequencies(in set: SampleSet, limit: Int) -> [(place: Int, count: Int)] {
        var counts = [Int](repeating: 0, count: distinct + 1)
        var firsts = [Int](repeating: -1, count: distinct + 1)
        set.forEach { place in
            let index = Int(ranks_N[place]) + 1
            if counts[index] == 0 { firsts[index] = place }
            counts[index] += 1
        }
        return counts.indices.filter { counts[$0] > 0 }.sorted { (counts[$0], $1) > (counts[$1], $0) }.prefix(limit)
            .map { (firsts[$0], counts[$0]) }
    }
}
