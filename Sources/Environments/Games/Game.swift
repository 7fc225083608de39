import Datasets
import Experience

/// A game with exact rules, as a value.
protocol Game: Sendable {
    /// What the policy is told first: rules and how a move is written.
    var rules: String { get }
    /// How a move is written, for the tool's argument.
    static var moveText: String { get }
    /// The most turns when nothing else is said.
    var usualTurns: Int { get }
    /// What the policy sees of the state.
    var view: String { get }
    /// What a policy can know of the state, for credit by state.
    var stateHash: UInt64 { get }
    /// Share of the task that is done, 0...1; nil where no such thing is known.
    var progress: Double? { get }
    /// How it ended; nil while it goes on.
    var ending: GameEnding? { get }
    /// What it was about, told when it is lost by the limit.
    var secret: String? { get }

    /// Of a problem's row, the rest drawn from `draw`; throws what is wrong with the row.
    init(_ problem: Problem, _ settings: GameSettings, _ draw: inout SplitMix64) throws(EnvironmentError)
    /// Makes the last move that `text` names, and the opponent's after it; what happened. Throws what is wrong with the move.
    mutating func play(_ text: String) throws(PolicyFault) -> String
}

extension Game {
    var progress: Double? { nil }
    var secret: String? { nil }
}

/// How a game ends.
enum GameEnding: String, Sendable {
    case won, drawn, lost
}

/// What games have in common.
struct GameSettings: Sendable {
    /// Who plays against the policy.
    enum Opponent: String, Sendable, CaseIterable {
        case perfect, random
    }

    /// Who moves first.
    enum First: String, Sendable, CaseIterable {
        case policy, opponent, seed

        /// Whether the opponent does.
        func isOpponent(_ draw: inout SplitMix64) -> Bool {
            self == .opponent || (self == .seed && draw.next() & 1 == 1)
        }
    }

    var opponent: Opponent
    var first: First

    /// What a problem says of both, else these.
    func stated(by problem: Problem) throws(EnvironmentError) -> GameSettings {
        GameSettings(
            opponent: try problem.choice("opponent", default: opponent),
            first: try problem.choice("first", default: first))
    }
}

extension SplitMix64 {
    /// An integer of a range that is not empty.
    mutating func draw(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &self) }
}
