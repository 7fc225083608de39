import Testing

@testable import Verifiers

@Suite struct RecentlyUsedTests {
    @Test func theOneUsedLongestAgoGoesFirst() {
        var kept = RecentlyUsed<String, Int>(capacity: 2, bytes: 100)
        kept.set("a", 1, bytes: 1)
        kept.set("b", 2, bytes: 1)
        #expect(kept["a"] == 1)
        kept.set("c", 3, bytes: 1)
        #expect(kept["b"] == nil && kept["a"] == 1 && kept["c"] == 3)
    }

    @Test func bytesAreBounded() {
        var kept = RecentlyUsed<String, Int>(capacity: 100, bytes: 10)
        kept.set("a", 1, bytes: 4)
        kept.set("b", 2, bytes: 4)
        kept.set("c", 3, bytes: 4)
        #expect(kept["a"] == nil && kept["b"] == 2 && kept["c"] == 3 && kept.bytes == 8)
        kept.set("d", 4, bytes: 11)
        #expect(kept["d"] == nil && kept.count == 2, "larger than all may be: the others stay")
        kept.set("b", 5, bytes: 10)
        #expect(kept["b"] == 5 && kept["c"] == nil && kept.bytes == 10)
        kept.set("b", 6, bytes: 11)
        #expect(kept.count == 0 && kept.bytes == 0, "what it replaces is not the value any more")
    }

    @Test func nothingIsKeptWithoutRoom() {
        var kept = RecentlyUsed<Int, Int>(capacity: 0, bytes: 10)
        kept.set(1, 1, bytes: 0)
        #expect(kept[1] == nil && kept.count == 0)
    }

    @Test func doesWhatAListWould() {
        var kept = RecentlyUsed<Int, Int>(capacity: 5, bytes: 30)
        var list: [(key: Int, value: Int, bytes: Int)] = []
        var random = SystemRandomNumberGenerator()
        for step in 0..<20_000 {
            let key = Int.random(in: 0..<12, using: &random)
            let found = list.firstIndex { $0.key == key }
            if Bool.random(using: &random) {
                #expect(kept[key] == found.map { list[$0].value })
                if let found { list.append(list.remove(at: found)) }
            } else {
                let bytes = Int.random(in: 0..<12, using: &random)
                kept.set(key, step, bytes: bytes)
                if let found { list.remove(at: found) }
                while list.count >= 5 || list.reduce(0, { $0 + $1.bytes }) + bytes > 30 { list.removeFirst() }
                list.append((key, step, bytes))
            }
            #expect(kept.count == list.count && kept.bytes == list.reduce(0) { $0 + $1.bytes })
        }
    }
}
