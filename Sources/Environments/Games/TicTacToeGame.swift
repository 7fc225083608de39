import Datasets
import Experience

/// Tic-tac-toe: the policy is X.
struct TicTacToeGame: Game {
    private let opponent: GameSettings.Opponent
    private var board: TicTacToeBoard
    private var draw: SplitMix64

    static let moveText = "the number of a free square, 1 to 9"

    init(_ problem: Problem, _ settings: GameSettings, _ draw: inout SplitMix64) throws(EnvironmentError) {
        let settings = try settings.stated(by: problem)
        opponent = settings.opponent
        board = TicTacToeBoard()
        self.draw = SplitMix64(state: draw.next())
        if settings.first.isOpponent(&draw) { answer() }
    }

    var rules: String {
        "You play tic-tac-toe as X, I am O. The squares are numbered 1 to 9, row by row from the top left. In each turn "
            + "say the number of a free square; the last number that you write counts. Three in a row win."
    }

    var usualTurns: Int { 5 }
    var stateHash: UInt64 { Environments.stateHash("tictactoe", view) }

    var ending: GameEnding? {
        if let winner = board.winner { return winner == .x ? .won : .lost }
        return board.isFull ? .drawn : nil
    }

    var view: String {
        (0..<3).map { row in
            (0..<3).map { column -> String in
                let square = row * 3 + column
                return board[square].map { $0 == .x ? "X" : "O" } ?? "\(square + 1)"
            }.joined(separator: " ")
        }.joined(separator: "\n")
    }

    mutating func play(_ text: String) throws(PolicyFault) -> String {
        guard let number = MoveReader.integers(text, last: 1).first else {
            throw PolicyFault("There is no number in it. Say the number of a free square.")
        }
        guard (1...9).contains(number), board[number - 1] == nil else {
            throw PolicyFault("\(number) is no free square.")
        }
        board.place(.x, at: number - 1)
        if ending != nil { return "You took \(number)." }
        let square = answer()
        return "You took \(number), I take \(square + 1)."
    }

    @discardableResult private mutating func answer() -> Int {
        let free = board.free
        var moves = free
        if opponent == .perfect {
            let values = free.map { square -> Int in
                var next = board
                next.place(.o, at: square)
                return -TicTacToeBoard.value(next, for: .x)
            }
            let best = values.max() ?? 0
            moves = zip(free, values).filter { $0.1 == best }.map(\.0)
        }
        // total: a board that goes on has a free square
        let square = moves.isEmpty ? 0 : moves[draw.draw(0...moves.count - 1)]
        board.place(.o, at: square)
        return square
    }
}

/// Nine squares.
struct TicTacToeBoard: Sendable, Hashable {
    enum Player: Sendable { case x, o }

    // Nine bits each.
    private var xs = 0
    private var os = 0

    private static let lines = [
        0b111, 0b111_000, 0b111_000_000, 0b001_001_001, 0b010_010_010, 0b100_100_100, 0b100_010_001, 0b001_010_100,
    ]

    subscript(square: Int) -> Player? { xs & 1 << square != 0 ? .x : os & 1 << square != 0 ? .o : nil }
    var isFull: Bool { xs | os == 0b111_111_111 }
    var free: [Int] { (0..<9).filter { self[$0] == nil } }

    var winner: Player? {
        for line in Self.lines {
            if xs & line == line { return .x }
            if os & line == line { return .o }
        }
        return nil
    }

    mutating func place(_ player: Player, at square: Int) {
        if player == .x { xs |= 1 << square } else { os |= 1 << square }
    }

    /// 1 where the one who is to move wins against the best play, 0 for a draw, -1 for a loss.
    static func value(_ board: TicTacToeBoard, for player: Player) -> Int {
        values[board.key(player)] ?? board.searched(for: player)
    }

    private func key(_ player: Player) -> Int { xs | os << 9 | (player == .x ? 0 : 1 << 18) }

    // Every position that a game can reach, once.
    private static let values: [Int: Int] = {
        var values: [Int: Int] = [:]
        _ = TicTacToeBoard().fill(&values, .x)
        _ = TicTacToeBoard().fill(&values, .o)
        return values
    }()

    private func searched(for player: Player) -> Int {
        var values: [Int: Int] = [:]
        return fill(&values, player)
    }

    private func fill(_ values: inout [Int: Int], _ player: Player) -> Int {
        if let known = values[key(player)] { return known }
        var value = -1
        if let winner {
            value = winner == player ? 1 : -1
        } else if isFull {
            value = 0
        } else {
            for square in free {
                var next = self
                next.place(player, at: square)
                value = max(value, -next.fill(&values, player == .x ? .o : .x))
            }
        }
        values[key(player)] = value
        return value
    }
}
