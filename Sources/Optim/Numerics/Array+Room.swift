extension [Double] {
    /// Makes room for `count` elements, keeping the memory when it fits.
    mutating func makeRoom(for count: Int) {
        if self.count != count { self = [Double](repeating: 0, count: count) }
    }
}
