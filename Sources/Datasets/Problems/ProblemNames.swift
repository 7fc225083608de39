internal import Experience

/// Tells the rows of a data set apart: by their ids, and where those lack or are repeated by their places.
struct ProblemNames: Sendable {
    /// Ids that are remembered at most.
    private static let limit = 1 << 21

    /// The hash of the prompt that an id's hash stands for.
    private var prompts: [Int: Int] = [:]
    private var last = (path: "", line: -1, count: 0)

    /// The line number, with the file's place in its folder where there are several, and the row's place in its line where that
    /// holds several: "12", "part/a.jsonl:12", "1.2".
    mutating func place(of line: LineReader.Line, in path: String) -> String {
        if last.line == line.number, last.path == line.path {
            last.count += 1
        } else {
            last = (line.path, line.number, 1)
        }
        let number = last.count == 1 ? "\(line.number)" : "\(line.number).\(last.count)"
        if line.path == path { return number }
        let folder = path.hasSuffix("/") ? path : path + "/"
        let name = line.path.hasPrefix(folder) ? String(line.path.dropFirst(folder.count)) : line.path
        return "\(name):\(number)"
    }

    /// Whether an earlier row with another prompt has the problem's id: the two could not be told apart.
    mutating func isTaken(_ problem: Problem) -> Bool {
        let (id, prompt) = (problem.id.hashValue, problem.prompt.hashValue)
        if let known = prompts[id] { return known != prompt }
        if prompts.count < Self.limit { prompts[id] = prompt }
        return false
    }
}
