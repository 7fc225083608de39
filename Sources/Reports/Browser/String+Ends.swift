extension String {
    /// A long text's two ends, about `limit` characters in all, and between them how much is left out: answers stand at the
    /// end. A text that is not longer stays as it is.
    func ends(of limit: Int) -> String {
        if utf8.count <= limit { return self }
        let (head, tail) = (prefix(limit / 2), suffix(limit / 2))
        let rest = utf8.count - head.utf8.count - tail.utf8.count
        return rest <= 0
            ? self : "\(head)\n\n[… \(Format.count(rest)) bytes are left out here; the store has them …]\n\n\(tail)"
    }
}
