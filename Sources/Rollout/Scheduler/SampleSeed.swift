internal import Datasets
internal import Experience

/// The seed of one sample: the same run, problem, place and index give the same seed, on every machine.
enum SampleSeed {
    /// A seed in 0..<2^31, the range all servers take.
    static func derive(run: UInt64, problem: Problem, ordinal: Int, index: Int) -> UInt64 {
        // FNV-1a over what identifies the sample, finished with splitmix64 so that neighbours differ in all bits.
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        func mix(_ byte: UInt8) { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
        for byte in problem.dataset.utf8 { mix(byte) }
        mix(0)
        for byte in problem.id.utf8 { mix(byte) }
        mix(0)
        for value in [run, UInt64(bitPattern: Int64(ordinal)), UInt64(bitPattern: Int64(index))] {
            for shift in stride(from: 0, to: 64, by: 8) { mix(UInt8(truncatingIfNeeded: value >> UInt64(shift))) }
        }
        return SplitMix64.mixed(hash) >> 33
    }

    /// The seed of an episode's turn: the same one would draw the same words again.
    static func ofTurn(_ turn: Int, _ seed: UInt64) -> UInt64 {
        (seed &+ UInt64(truncatingIfNeeded: turn) &* 0x9E37_79B1) & 0x7FFF_FFFF
    }

    /// The seed for the rest behind `count` tokens: the same one would draw the same numbers again.
    static func rest(of seed: UInt64, behind count: Int) -> UInt64 {
        SplitMix64.mixed(seed ^ SplitMix64.mixed(UInt64(truncatingIfNeeded: count))) >> 33
    }
}
