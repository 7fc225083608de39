import Datasets
import Experience
import Foundation

/// Guess a number: each guess is answered by higher or lower.
struct GuessGame: Game {
    private let low: Int
    private let high: Int
    private let number: Int
    // What is still possible by the answers so far.
    private var least: Int
    private var greatest: Int
    private(set) var ending: GameEnding?

    static let moveText = "the number that you guess"

    init(_ problem: Problem, _ settings: GameSettings, _ draw: inout SplitMix64) throws(EnvironmentError) {
        low = try problem.int("low", default: 1, in: -1_000_000_000...1_000_000_000)
        high = try problem.int("high", default: max(low, 100), in: low...1_000_000_000)
        number = try problem.int("number", default: draw.draw(low...high), in: low...high)
        (least, greatest) = (low, high)
    }

    var rules: String {
        "I have chosen a whole number from \(low) to \(high). Guess it: I answer each guess with higher or lower. "
            + "Say one number in each turn; the last number that you write counts."
    }

    /// What halving needs.
    var usualTurns: Int { Int.bitWidth - (high - low + 1).leadingZeroBitCount }
    var view: String { "The number is from \(least) to \(greatest)." }
    var stateHash: UInt64 { Environments.stateHash("guess", "\(least)", "\(greatest)") }
    var secret: String? { "The number was \(number)." }

    var progress: Double? {
        if ending == .won { return 1 }
        return high == low ? 0 : 1 - Double(greatest - least) / Double(high - low)
    }

    mutating func play(_ text: String) throws(PolicyFault) -> String {
        guard let guess = MoveReader.integers(text, last: 1).first else {
            throw PolicyFault("There is no number in it. Say one from \(low) to \(high).")
        }
        guard (low...high).contains(guess) else {
            throw PolicyFault("The number is from \(low) to \(high).")
        }
        if guess == number {
            ending = .won
            return "\(guess) is right."
        }
        if guess < number { least = max(least, guess + 1) } else { greatest = min(greatest, guess - 1) }
        return guess < number ? "higher" : "lower"
    }
}
