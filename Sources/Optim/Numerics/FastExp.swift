/// exp(x) without a branch or a call, so that a loop over an array becomes vector instructions.
///
/// Cody and Waite's reduction x = n ln 2 + r with |r| <= ln 2 / 2, a polynomial of degree 11 in r (relative error below
/// 1e-14), and n put into the exponent bits. Clamped to [exp(-708), exp(709)]; NaN is not kept.
@inline(__always)
func fastExp(_ x: Double) -> Double {
    let bounded = min(709, max(-708, x))
    // Adding 1.5 * 2^52 rounds to an integer and leaves it in the low bits.
    let shift = 6_755_399_441_055_744.0
    let shifted = bounded * 1.442_695_040_888_963_4 + shift
    let whole = shifted - shift
    let r = (bounded - whole * 0.693_147_180_369_123_8) - whole * 1.908_214_929_270_587_7e-10
    let r2 = r * r
    let r4 = r2 * r2
    // Estrin's scheme: short dependency chains.
    let low = (1 + r) + r2 * (0.5 + r * (1.0 / 6))
    let middle = (1.0 / 24 + r * (1.0 / 120)) + r2 * (1.0 / 720 + r * (1.0 / 5040))
    let high = (1.0 / 40_320 + r * (1.0 / 362_880)) + r2 * (1.0 / 3_628_800 + r * (1.0 / 39_916_800))
    let value = low + r4 * (middle + r4 * high)
    let exponent = (shifted.bitPattern &+ 1023) << 52
    return value * Double(bitPattern: exponent)
}
