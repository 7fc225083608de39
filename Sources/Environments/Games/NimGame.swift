import Datasets
import Experience
import JSON

/// Nim in normal play: who takes the last object wins. The perfect opponent plays by the nim-sum (Bouton 1901).
struct NimGame: Game {
    private let opponent: GameSettings.Opponent
    private var piles: [Int]
    private var draw: SplitMix64
    private(set) var ending: GameEnding?

    static let moveText = "pile and how many, for example 2 3"

    init(_ problem: Problem, _ settings: GameSettings, _ draw: inout SplitMix64) throws(EnvironmentError) {
        let settings = try settings.stated(by: problem)
        opponent = settings.opponent
        piles = try Self.piles(problem)
        // Drawn so that who moves first can win.
        while piles.isEmpty || (problem.fields["piles"]?.arrayValue == nil && piles.reduce(0, ^) == 0) {
            piles = []
            for _ in 0..<3 { piles.append(draw.draw(1...7)) }
        }
        self.draw = SplitMix64(state: draw.next())
        if settings.first.isOpponent(&draw) { _ = answer() }
    }

    private static func piles(_ problem: Problem) throws(EnvironmentError) -> [Int] {
        guard let given = problem.fields["piles"], !given.isNull else { return [] }
        let piles = (given.arrayValue ?? []).compactMap(\.intValue)
        guard let list = given.arrayValue, piles.count == list.count, (1...16).contains(piles.count),
            piles.allSatisfy({ (1...1000).contains($0) })
        else { throw problem.fault("piles", "a list of 1 to 16 integers from 1 to 1000", given) }
        return piles
    }

    var rules: String {
        "We play nim. In each turn one of us takes one or more objects from one pile; who takes the last object of all "
            + "wins. Say the pile's number and how many you take, for example '2 3'; the last two numbers that you write "
            + "count."
    }

    var usualTurns: Int { max(1, piles.reduce(0, +)) }
    var stateHash: UInt64 { Environments.stateHash("nim", view) }
    var view: String { piles.enumerated().map { "pile \($0 + 1): \($1)" }.joined(separator: ", ") }

    mutating func play(_ text: String) throws(PolicyFault) -> String {
        let numbers = MoveReader.integers(text, last: 2)
        guard numbers.count == 2 else { throw PolicyFault("Say a pile's number and how many you take.") }
        let (pile, count) = (numbers[0], numbers[1])
        guard (1...piles.count).contains(pile) else { throw PolicyFault("There is no pile \(pile).") }
        guard (1...max(1, piles[pile - 1])).contains(count), piles[pile - 1] > 0 else {
            throw PolicyFault("Pile \(pile) has \(piles[pile - 1]); take at least one and no more than that.")
        }
        piles[pile - 1] -= count
        let done = "You took \(count) from pile \(pile)"
        if piles.allSatisfy({ $0 == 0 }) {
            ending = .won
            return done + "."
        }
        let (theirs, taken) = answer()
        if piles.allSatisfy({ $0 == 0 }) { ending = .lost }
        return done + ", I take \(taken) from pile \(theirs + 1)."
    }

    private mutating func answer() -> (pile: Int, count: Int) {
        let sum = piles.reduce(0, ^)
        var move: (pile: Int, count: Int)?
        if opponent == .perfect {
            if sum != 0 {
                move = piles.indices.first { piles[$0] ^ sum < piles[$0] }.map { ($0, piles[$0] - (piles[$0] ^ sum)) }
            } else {
                // Lost against the best play: the game is made long.
                move = piles.indices.max { piles[$0] < piles[$1] }.map { ($0, 1) }
            }
        } else {
            let full = piles.indices.filter { piles[$0] > 0 }
            if !full.isEmpty {
                let pile = full[draw.draw(0...full.count - 1)]
                move = (pile, draw.draw(1...piles[pile]))
            }
        }
        let made = move ?? (0, 0)
        piles[made.pile] -= made.count
        return made
    }
}
