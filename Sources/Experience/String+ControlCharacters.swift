extension String {
    /// Whether a terminal, or a program in C, would read more or less in it than stands there.
    public var hasControlCharacters: Bool {
        unicodeScalars.contains { $0.value < 0x20 || (0x7F...0x9F).contains($0.value) }
    }
}
