/// splitmix64 (Steele, Lea and Flood 2014) as a stream: the same seed gives the same order on every machine.
package struct SplitMix64: RandomNumberGenerator {
    package var state: UInt64

    package init(state: UInt64) { self.state = state }

    package mutating func next() -> UInt64 {
        let value = Self.mixed(state)
        state &+= Self.step
        return value
    }

    /// The number after the state `value`; neighbours differ in all bits.
    package static func mixed(_ value: UInt64) -> UInt64 {
        var z = value &+ step
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }

    private static let step: UInt64 = 0x9E37_79B9_7F4A_7C15
}
