extension Int {
    /// The number with the words that go with it: `1 batch was`, `2 batches were`.
    package func counted(_ one: String, _ many: String) -> String { "\(self) \(self == 1 ? one : many)" }
}
