/// Steele, Lea and Flood's SplitMix64: a generator whose whole state is the seed, so a result can be repeated anywhere.
public struct SplitMix64: RandomNumberGenerator, Sendable {
    private static let step: UInt64 = 0x9E37_79B9_7F4A_7C15
    private var state: UInt64

    /// The stream of `seed`, from its `skipped`-th number on.
    public init(seed: UInt64, skipping skipped: UInt64 = 0) { state = seed &+ skipped &* Self.step }

    /// The next 64 bits.
    public mutating func next() -> UInt64 {
        state &+= Self.step
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
