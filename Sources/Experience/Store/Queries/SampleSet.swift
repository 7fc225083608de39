/// Which rows of a narrow table are chosen: a bit for each, by its 0-based place.
struct SampleSet: Sendable, Hashable {
    private var words: [UInt64]
    /// How many rows the table has.
    let rows: Int

    /// None of `rows` rows, or all of them.
    init(rows: Int, all: Bool = false) {
        self.rows = rows
        words = Array(repeating: all ? .max : 0, count: (rows + 63) / 64)
        if all { trim(to: rows) }
    }

    /// How many are chosen.
    var count: Int { words.reduce(0) { $0 + $1.nonzeroBitCount } }

    /// How many of those before a place are chosen.
    func count(before place: Int) -> Int {
        var before = self
        before.trim(to: place)
        return before.count
    }

    mutating func insert(_ place: Int) {
        if place >= 0, place < rows { words[place >> 6] |= 1 << (place & 63) }
    }

    func contains(_ place: Int) -> Bool {
        place >= 0 && place < rows && words[place >> 6] >> (place & 63) & 1 == 1
    }

    mutating func formIntersection(_ other: SampleSet) {
        for index in words.indices.prefix(other.words.count) { words[index] &= other.words[index] }
    }

    /// Chooses what was not chosen.
    mutating func invert() {
        for index in words.indices { words[index] = ~words[index] }
        trim(to: rows)
    }

    /// Leaves out what stands at `end` and behind it.
    mutating func trim(to end: Int) {
        let first = end >> 6
        guard first < words.count else { return }
        words[first] &= (1 << (end & 63)) - 1
        for index in words.indices.dropFirst(first + 1) { words[index] = 0 }
    }

    /// Gives the places that are chosen, in their order.
    func forEach(_ body: (Int) -> Void) {
        for (index, word) in words.enumerated() {
            var rest = word
            while rest != 0 {
                body(index << 6 + rest.trailingZeroBitCount)
                rest &= rest - 1
            }
        }
    }

    /// Up to `limit` of the chosen places behind the first `offset` of them, from the end where `isReversed`.
    func places(limit: Int, offset: Int, isReversed: Bool) -> [Int] {
        var (skip, places): (Int, [Int]) = (offset, [])
        for step in words.indices {
            let index = isReversed ? words.count - 1 - step : step
            var rest = words[index]
            if skip >= rest.nonzeroBitCount {
                skip -= rest.nonzeroBitCount
                continue
            }
            while rest != 0, places.count < limit {
                let bit = isReversed ? 63 - rest.leadingZeroBitCount : rest.trailingZeroBitCount
                if skip > 0 { skip -= 1 } else { places.append(index << 6 + bit) }
                rest &= ~(1 << bit)
            }
            if places.count >= limit { break }
        }
        return places
    }
}
