/// A set of words that is asked by bytes, so that no String is made for a look.
struct WordSet: ExpressibleByArrayLiteral, Sendable {
    private var words: [[UInt8]] = []
    /// The number of a word plus one, by its hash; 0 where there is none. Twice as many places as words at least.
    private var places: [UInt16]

    init(arrayLiteral words: String...) { self.init(words) }

    init(_ words: [String]) {
        places = Array(repeating: 0, count: 1 << (Int.bitWidth - (words.count * 2).leadingZeroBitCount))
        for word in words where !contains(word) {
            var place = Self.hash(word.utf8) & (places.count - 1)
            while places[place] != 0 { place = (place + 1) & (places.count - 1) }
            self.words.append(Array(word.utf8))
            places[place] = UInt16(self.words.count)
        }
    }

    /// Whether these bytes are one of the words.
    func contains(_ word: some Collection<UInt8>) -> Bool {
        var place = Self.hash(word) & (places.count - 1)
        while case let number = Int(places[place]), number > 0 {
            if words[number - 1].elementsEqual(word) { return true }
            place = (place + 1) & (places.count - 1)
        }
        return false
    }

    /// The same of a String.
    func contains(_ word: String) -> Bool { contains(word.utf8) }

    // FNV-1a.
    private static func hash(_ word: some Collection<UInt8>) -> Int {
        var hash: UInt32 = 0x811C_9DC5
        for byte in word { hash = (hash ^ UInt32(byte)) &* 0x0100_0193 }
        return Int(hash ^ (hash >> 15))
    }
}
