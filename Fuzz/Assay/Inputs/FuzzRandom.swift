/// SplitMix64 (Steele et al. 2014), seeded by what names an input: one seed, target and index give one input everywhere.
struct FuzzRandom: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64, name: String, index: UInt64) {
        // FNV-1a of the name; Swift's own hashes differ from process to process.
        let hash = name.utf8.reduce(0xCBF2_9CE4_8422_2325 as UInt64) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
        state = seed &* 0x9E37_79B9_7F4A_7C15 ^ hash
        state = next() ^ index
        state = next()
    }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }

    /// 0 up to `bound`, without it; 0 when `bound` is not positive.
    mutating func below(_ bound: Int) -> Int {
        bound > 0 ? Int(truncatingIfNeeded: next().multipliedFullWidth(by: UInt64(bound)).high) : 0
    }

    /// True once in `count` times.
    mutating func oneIn(_ count: Int) -> Bool { below(count) == 0 }

    /// An element of a list that is not empty.
    mutating func pick<Element>(_ list: [Element]) -> Element { list[below(list.count)] }
}

/// Which input is meant.
struct FuzzPlace {
    var seed: UInt64
    var index: UInt64

    /// The numbers of this place, or those that it shares with its neighbours, `every` of them.
    func random(_ name: String, every: UInt64 = 1) -> FuzzRandom {
        FuzzRandom(seed: seed, name: name, index: index / every)
    }
}
