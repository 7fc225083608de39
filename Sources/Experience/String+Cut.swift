extension String {
    /// The first characters, with an ellipsis where there are more.
    public func cut(to limit: Int) -> String { count > limit ? prefix(limit) + "…" : self }
}
