#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

// The C library's functions under one import, so that no kernel depends on a platform.

func exp(_ x: Double) -> Double {
    #if canImport(Glibc)
        Glibc.exp(x)
    #elseif canImport(Musl)
        Musl.exp(x)
    #else
        Darwin.exp(x)
    #endif
}

func log(_ x: Double) -> Double {
    #if canImport(Glibc)
        Glibc.log(x)
    #elseif canImport(Musl)
        Musl.log(x)
    #else
        Darwin.log(x)
    #endif
}

func cos(_ x: Double) -> Double {
    #if canImport(Glibc)
        Glibc.cos(x)
    #elseif canImport(Musl)
        Musl.cos(x)
    #else
        Darwin.cos(x)
    #endif
}

func erfc(_ x: Double) -> Double {
    #if canImport(Glibc)
        Glibc.erfc(x)
    #elseif canImport(Musl)
        Musl.erfc(x)
    #else
        Darwin.erfc(x)
    #endif
}

/// log Gamma(x) for x > 0 by Stirling's series; unlike the C library's it touches no global sign.
func logGamma(_ x: Double) -> Double {
    // Shift up to where the series is exact to a double.
    var shifted = x
    var product = 1.0
    while shifted < 12 {
        product *= shifted
        shifted += 1
    }
    let inverse = 1 / shifted
    let square = inverse * inverse
    let series =
        inverse
        * (1.0 / 12 - square * (1.0 / 360 - square * (1.0 / 1260 - square * (1.0 / 1680 - square * (1.0 / 1188)))))
    return (shifted - 0.5) * log(shifted) - shifted + 0.5 * log(2 * Double.pi) + series - log(product)
}
