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

/// exp(x) in single precision by the same steps, relative error about 1e-7; clamped to at least exp(-87).
@inline(__always)
func fastExp(_ x: Float) -> Float {
    let bounded = x < -87 ? -87 : x
    let shift: Float = 12_582_912
    let shifted = bounded * 1.442_695_04 + shift
    let whole = shifted - shift
    let r = (bounded - whole * 0.693_359_375) + whole * 2.121_944_4e-4
    let r2 = r * r
    let value = (1 + r) + r2 * ((0.5 + r * (1.0 / 6)) + r2 * ((1.0 / 24 + r * (1.0 / 120)) + r2 * (1.0 / 720)))
    return value * Float(bitPattern: (shifted.bitPattern &+ 127) << 23)
}

/// ln(x) for normal x > 0 without a branch or a call, relative error below 1e-13.
///
/// x = 2^e * m with m in [1/sqrt 2, sqrt 2), and ln m = 2 artanh((m - 1) / (m + 1)).
@inline(__always)
func fastLog(_ x: Double) -> Double {
    let bits = x.bitPattern
    // The exponent as a double, by way of the low bits of 2^52.
    let biased = Double(bitPattern: (bits >> 52) | 0x4330_0000_0000_0000) - 4_503_599_627_371_519
    let mantissa = Double(bitPattern: (bits & 0x000F_FFFF_FFFF_FFFF) | 0x3FF0_0000_0000_0000)
    let isHigh = mantissa > 1.414_213_562_373_095
    let m = isHigh ? mantissa * 0.5 : mantissa
    let exponent = isHigh ? biased + 1 : biased
    let f = (m - 1) / (m + 1)
    let f2 = f * f
    let f4 = f2 * f2
    let low = (1 + f2 * (1.0 / 3)) + f4 * (1.0 / 5 + f2 * (1.0 / 7))
    let high = (1.0 / 9 + f2 * (1.0 / 11)) + f4 * (1.0 / 13 + f2 * (1.0 / 15))
    return exponent * 0.693_147_180_559_945_3 + 2 * f * (low + f4 * f4 * (high + f4 * f4 * (1.0 / 17)))
}
