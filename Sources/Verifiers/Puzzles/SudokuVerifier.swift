public import Experience
import JSON

/// A filled 9×9 (or 4×4, 16×16) sudoku that keeps the puzzle's givens: any valid solution is right. The record has
/// `puzzle`, digits with 0, `.` or `_` for empty; without it the answer is the only solution.
public struct SudokuVerifier: Verifier {
    /// The registered name.
    public let name = "sudoku"
    /// Raised when a verdict could change.
    public let version = "1"
    /// The record has what is needed.
    public var needsAnswer: Bool { false }

    /// A verifier.
    public init() {}

    /// Adds it as "sudoku".
    public static func register(in registry: inout VerifierRegistry) {
        registry.register("sudoku", summary: "a filled grid that keeps the record's 'puzzle'") { _ in SudokuVerifier() }
    }

    /// Judges one completion; see the type for the rules.
    public func verify(_ item: VerificationItem) async -> Verdict {
        let source = item.problem.fields["puzzle"].map { $0.stringValue ?? $0.text } ?? item.problem.answer
        guard let puzzle = source.map({ Self.cells($0) }), let side = Self.sides[puzzle.count] else {
            return .missing("'puzzle' of 16, 81 or 256 cells")
        }
        guard let text = SettledText.of(item.completion.text), !text.isEmpty else { return .noAnswer() }
        let grid = Self.cells(String(text.prefix(4096)))
        guard grid.count == puzzle.count else {
            return grid.isEmpty
                ? .noAnswer() : .incorrect(reason: "shape", explanation: "\(grid.count) cells, not \(puzzle.count)")
        }
        for (cell, given) in zip(grid, puzzle) where given != 0 && given != cell {
            return .incorrect(reason: "givenChanged")
        }
        let size = side * side
        for index in 0..<size {
            let row = (0..<size).map { grid[index * size + $0] }
            let column = (0..<size).map { grid[$0 * size + index] }
            let block = (0..<size).map {
                grid[(index / side * side + $0 / side) * size + index % side * side + $0 % side]
            }
            for (name, line) in [("row", row), ("column", column), ("block", block)] {
                if Set(line) != Set(1...size) {
                    return .incorrect(reason: "conflict", explanation: "\(name) \(index + 1) is not 1 to \(size)")
                }
            }
        }
        return .correct(reason: "solved")
    }

    private static let sides = [16: 2, 81: 3, 256: 4]

    /// Digits one by one; numbers of several digits where the text separates cells (16×16).
    static func cells(_ text: String) -> [Int] {
        let words = text.split { !($0.isASCII && ($0.isNumber || $0 == "." || $0 == "_")) }
        let whole = words.compactMap { $0 == "." || $0 == "_" ? 0 : Int($0) }
        if words.count == 256, whole.count == 256 { return whole }
        return words.joined().map { $0.wholeNumberValue ?? 0 }
    }
}
