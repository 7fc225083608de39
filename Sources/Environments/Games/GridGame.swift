import Datasets
import Experience

/// Walk over a grid with walls from a start to a goal; there is always a way.
struct GridGame: Game {
    private let width: Int
    private let height: Int
    private let walls: [Bool]
    private let goal: Int
    /// Steps from each cell to the goal; nil where there is no way.
    private let distances: [Int?]
    private let startDistance: Int
    private var cell: Int

    static let moveText = "up, down, left or right"
    private static let moves = [("up", 0, -1), ("down", 0, 1), ("left", -1, 0), ("right", 1, 0)]

    init(_ problem: Problem, _ settings: GameSettings, _ draw: inout SplitMix64) throws(EnvironmentError) {
        width = try problem.int("width", default: 5, in: 1...50)
        height = try problem.int("height", default: 5, in: 1...50)
        let share = try problem.int("walls", default: 20, in: 0...60)
        let cells = width * height
        if cells < 2 {
            throw EnvironmentError(.start, "problem '\(problem.id)': a grid of one cell has no way to walk")
        }
        // What is cut off is drawn again, with fewer walls each time: with none there is a way.
        var found: (walls: [Bool], start: Int, goal: Int, distances: [Int?], distance: Int)?
        var attempt = 0
        while found == nil {
            let most = attempt < 50 ? share : 0
            var walls: [Bool] = []
            for _ in 0..<cells { walls.append(draw.draw(0...99) < most) }
            let start = draw.draw(0...cells - 1)
            let shift = draw.draw(1...cells - 1)
            let goal = (start + shift) % cells
            walls[start] = false
            walls[goal] = false
            let distances = Self.distances(to: goal, walls, width, height)
            if let distance = distances[start] { found = (walls, start, goal, distances, distance) }
            attempt += 1
        }
        guard let found else { throw EnvironmentError(.start, "there is no grid with a way") }
        (walls, cell, goal, distances, startDistance) = found
    }

    private static func distances(to goal: Int, _ walls: [Bool], _ width: Int, _ height: Int) -> [Int?] {
        var distances = [Int?](repeating: nil, count: walls.count)
        distances[goal] = 0
        var queue = [goal]
        var next = 0
        while next < queue.count {
            let cell = queue[next]
            next += 1
            for (_, dx, dy) in moves {
                guard let neighbour = step(cell, dx, dy, width, height), !walls[neighbour], distances[neighbour] == nil
                else { continue }
                distances[neighbour] = (distances[cell] ?? 0) + 1
                queue.append(neighbour)
            }
        }
        return distances
    }

    private static func step(_ cell: Int, _ dx: Int, _ dy: Int, _ width: Int, _ height: Int) -> Int? {
        let (x, y) = (cell % width + dx, cell / width + dy)
        return (0..<width).contains(x) && (0..<height).contains(y) ? y * width + x : nil
    }

    var rules: String {
        "You are A on a grid and walk to G; # is a wall. In each turn say one of up, down, left and right; the last that "
            + "you write counts. Against a wall or the edge you stay where you are."
    }

    /// Four times the shortest way, and a few to look around.
    var usualTurns: Int { 4 * startDistance + 4 }
    var ending: GameEnding? { cell == goal ? .won : nil }
    var stateHash: UInt64 { Environments.stateHash("grid", view) }

    var progress: Double? {
        distances[cell].map { max(0, 1 - Double($0) / Double(startDistance)) }
    }

    var view: String {
        (0..<height).map { y in
            String(
                (0..<width).map { x -> Character in
                    let here = y * width + x
                    return here == cell ? "A" : here == goal ? "G" : walls[here] ? "#" : "."
                })
        }.joined(separator: "\n")
    }

    mutating func play(_ text: String) throws(PolicyFault) -> String {
        guard let word = MoveReader.word(text, among: Self.moves.map(\.0)),
            let move = Self.moves.first(where: { $0.0 == word })
        else { throw PolicyFault("There is no move in it. Say up, down, left or right.") }
        guard let next = Self.step(cell, move.1, move.2, width, height), !walls[next] else {
            return "There is no way \(word)."
        }
        cell = next
        return cell == goal ? "You are at G." : "You went \(word)."
    }
}
