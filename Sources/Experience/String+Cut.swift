extension String {
    /// The first characters, with an ellipsis where there are more.
    public func cut(to limit: Int) -> String { utf8.count > limit && count > limit ? prefix(limit) + "…" : self }
}
