#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// What a C library keeps of freed memory, for the next who asks.
package enum FreedMemory {
    /// Gives it back to the system, before something large is begun or once a flood is over.
    ///
    /// By glibc's own call, which Swift's headers do not have; other C libraries give memory back by themselves.
    package static func giveBack() {
        guard let symbol = dlsym(nil, "malloc_trim") else { return }
        _ = unsafeBitCast(symbol, to: (@convention(c) (Int) -> CInt).self)(0)
    }
}
