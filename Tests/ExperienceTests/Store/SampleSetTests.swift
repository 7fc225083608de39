import Testing

@testable import Experience

@Suite struct SampleSetTests {
    /// Beside a list of places, at sizes around a word's.
    @Test(arguments: [0, 1, 63, 64, 65, 128, 130]) func holdsPlacesAsAListDoes(rows: Int) {
        let chosen = (0..<rows).filter { $0 % 3 == 0 || $0 == rows - 1 }
        var set = SampleSet(rows: rows)
        for place in chosen + [-1, rows, rows + 64] { set.insert(place) }
        let held = (-1...rows + 64).filter { set.contains($0) }
        #expect(held == chosen && set.count == chosen.count)
        var given: [Int] = []
        set.forEach { given.append($0) }
        #expect(given == chosen)
        for place in 0...rows {
            let before = chosen.filter { $0 < place }.count
            #expect(set.count(before: place) == before)
        }
        for (offset, limit) in [(0, 2), (1, 3), (rows / 3, 100), (chosen.count, 5), (2, 0)] {
            let (first, last) = (chosen.dropFirst(offset), chosen.reversed().dropFirst(offset))
            #expect(set.places(limit: limit, offset: offset, isReversed: false) == Array(first.prefix(limit)))
            #expect(set.places(limit: limit, offset: offset, isReversed: true) == Array(last.prefix(limit)))
        }
        #expect(SampleSet(rows: rows, all: true).count == rows)
        var others = set
        others.invert()
        let left = (-1...rows + 64).filter { others.contains($0) }
        #expect(left == (0..<rows).filter { !chosen.contains($0) } && others.count == left.count)
        others.formIntersection(set)
        #expect(others.count == 0)
    }
}
