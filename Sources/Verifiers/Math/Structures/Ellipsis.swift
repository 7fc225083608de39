/// Sequences with members left out: 1, 2, \ldots, n.
enum Ellipsis {
    /// What stands before and after the dots; nil without dots in the middle.
    static func parts(_ folded: [UInt8]) -> (head: [UInt8], tail: [UInt8])? {
        for mark in ["\\ldots", "\\dots", "\\cdots", "..."] as [StaticString] {
            guard let start = folded.first(mark) else { continue }
            let head = folded[..<start].reversed().drop { " ,".utf8.contains($0) }
            let tail = folded[(start + mark.utf8CodeUnitCount)...].drop { " ,".utf8.contains($0) }
            return head.isEmpty || tail.isEmpty ? nil : (Array(head.reversed()), Array(tail))
        }
        return nil
    }
}
