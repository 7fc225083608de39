/// Which rows (completions) belong to which group: the rows of group g are `rows[starts[g]..<starts[g + 1]]`.
///
/// Rows of a group need not be adjacent, and groups may have different sizes.
public struct GroupIndex: Sendable, Hashable {
    /// Offsets into `rows`, one more than there are groups.
    public let starts: [Int]
    /// Row numbers ordered by group, ascending inside a group.
    public let rows: [Int]

    /// Number of groups.
    public var count: Int { starts.count - 1 }

    /// The rows of group `group`.
    public subscript(group: Int) -> ArraySlice<Int> { rows[starts[group]..<starts[group + 1]] }

    /// Groups by an identifier per row, numbered in order of first appearance.
    public init<ID: Hashable>(ids: [ID]) {
        var numbers: [ID: Int] = [:]
        let group_N = ids.map { id in
            if let number = numbers[id] { return number }
            let number = numbers.count
            numbers[id] = number
            return number
        }
        // Counting sort: linear, and stable inside a group.
        var starts = [Int](repeating: 0, count: numbers.count + 1)
        for group in group_N { starts[group + 1] += 1 }
        for group in 0..<numbers.count { starts[group + 1] += starts[group] }
        var next = starts
        var rows = [Int](repeating: 0, count: ids.count)
        for (row, group) in group_N.enumerated() {
            rows[next[group]] = row
            next[group] += 1
        }
        self.starts = starts
        self.rows = rows
    }

    /// Adjacent groups of the given sizes.
    public init(sizes: [Int]) {
        starts = sizes.reduce(into: [0]) { $0.append(($0.last ?? 0) + $1) }
        rows = Array(0..<(starts.last ?? 0))
    }

    /// Adjacent groups of one size; the last is shorter when `count` is not a multiple.
    public init(count: Int, size: Int) {
        let size = max(1, size)
        starts = Array(stride(from: 0, to: count, by: size)) + [count]
        rows = Array(0..<count)
    }
}
