import Datasets
import Experience
import JSON
import Verifiers

/// Games with exact rules, deterministic by seed, with a verdict of their own: 1 won, `draw` drawn, 0 lost or not ended.
struct GameEnvironment: EnvironmentKind, EpisodeMaker {
    /// Which game.
    enum Kind: String, Sendable, CaseIterable {
        case guess, grid, tictactoe, nim, code

        var type: any Game.Type {
            switch self {
            case .guess: GuessGame.self
            case .grid: GridGame.self
            case .tictactoe: TicTacToeGame.self
            case .nim: NimGame.self
            case .code: CodeGame.self
            }
        }
    }

    /// How moves are made.
    enum Interface: String, Sendable, CaseIterable {
        case text, tool
    }

    static let name = "game"
    static let summary = "games with exact rules: guess, grid, tictactoe, nim, code"
    static let resumption = Resumption.replay
    private static let game = Option<Kind>.choice("game", .guess, "which, where the row does not say")
    private static let interface = Option<Interface>.choice("interface", .text, "moves as text, or by the tool 'play'")
    private static let opponent = Option<GameSettings.Opponent>.choice(
        "opponent", .perfect, "who plays against the policy")
    private static let first = Option<GameSettings.First>.choice("first", .policy, "who moves first")
    private static let turns = Option<Int>.int("turns", 0, in: 0...10_000, "most turns; 0 for what suits the game")
    private static let illegal = Option<Int>.int("illegal", 3, in: 1...1000, "illegal moves that lose the game")
    private static let draw = Option<Double>.number("draw", 0.5, in: 0...1, "score of a draw")
    static let options = [
        game.listed, interface.listed, opponent.listed, first.listed, turns.listed, illegal.listed, draw.listed,
        EpisodeRoom.option.listed,
    ]

    private let game: Kind
    private let interface: Interface
    private let settings: GameSettings
    private let turns: Int
    private let illegal: Int
    private let draw: Double
    let mostEpisodes: Int

    var judges: Bool { true }

    static func make(_ options: OptionsReader, _ context: EnvironmentContext) throws -> any Environment {
        EpisodeHost(
            Self(
                game: try game.read(options), interface: try interface.read(options),
                settings: GameSettings(opponent: try opponent.read(options), first: try first.read(options)),
                turns: try turns.read(options), illegal: try illegal.read(options), draw: try draw.read(options),
                mostEpisodes: try EpisodeRoom.option.read(options)))
    }

    func begin(_ problem: Problem, seed: UInt64, key: EpisodeKey) throws(EnvironmentError) -> (
        body: GameBody, opening: Opening
    ) {
        let kind = try problem.choice("game", default: self.game)
        var generator = SplitMix64(state: seed)
        let game = try kind.type.init(problem, settings, &generator)
        let turns = try problem.int("turns", default: self.turns, in: 0...10_000)
        let tools =
            interface == .text
            ? []
            : [Tool("play", "Makes a move.", [.init(name: "move", type: "string", text: kind.type.moveText)])]
        let body = GameBody(
            game: game, tools: tools, turnsLeft: turns == 0 ? game.usualTurns : turns, illegalLeft: illegal, draw: draw)
        let rules = ChatMessage(
            role: "user", content: "\(game.rules) You have \(body.turnsLeft) turns.\n\n\(game.view)")
        return (body, Opening(messages: problem.messages + [rules], tools: tools, stateHash: game.stateHash))
    }
}

/// A game that goes on.
struct GameBody: EpisodeBody {
    fileprivate(set) var game: any Game
    fileprivate let tools: [Tool]
    fileprivate(set) var turnsLeft: Int
    fileprivate var illegalLeft: Int
    fileprivate let draw: Double

    mutating func answer(_ action: Action) -> Observation {
        if tools.isEmpty {
            let text = move(action.text).text
            return observed(messages: [ChatMessage(role: "user", content: text)])
        }
        // Without a call it has nothing more to play; a bad call was answered already, and costs its turn.
        if action.calls.isEmpty { return lost(by: "no move") }
        if action.goodCalls.isEmpty { turnsLeft -= 1 }
        var results: [ToolResult] = []
        for call in action.goodCalls {
            if ending != nil {
                results.append(ToolResult(to: call, "The game is over.", outcome: .rejected))
                continue
            }
            do throws(PolicyFault) {
                let (text, isLegal) = move(try ToolArguments(call, of: tools).text("move"))
                results.append(ToolResult(to: call, text, outcome: isLegal ? .ok : .failed))
            } catch {
                turnsLeft -= 1
                results.append(ToolResult(to: call, error.text, outcome: error.outcome))
            }
        }
        return observed(results: results)
    }

    private mutating func lost(by reason: String) -> Observation {
        turnsLeft = 0
        return observed()
    }

    // Each move is a turn, whether by text or by call.
    private mutating func move(_ text: String) -> (text: String, isLegal: Bool) {
        turnsLeft -= 1
        do throws(PolicyFault) {
            let happened = try game.play(text)
            return (closing(happened), true)
        } catch {
            illegalLeft -= 1
            return (closing(error.text), false)
        }
    }

    private func closing(_ happened: String) -> String {
        switch ending {
        case .won: return happened + " You won."
        case .drawn: return happened + "\n\(game.view)\nIt is a draw."
        case .lost:
            let secret = game.secret.map { " " + $0 } ?? ""
            return happened + (game.ending == .lost ? "\n\(game.view)\n" : " ") + "You lost." + secret
        case nil: return "\(happened)\n\(game.view)"
        }
    }

    /// How it ended, by the rules or by a limit.
    private var ending: GameEnding? {
        if let ending = game.ending { return ending }
        return turnsLeft <= 0 || illegalLeft <= 0 ? .lost : nil
    }

    private func score(_ ending: GameEnding) -> Double {
        switch ending {
        case .won: 1
        case .drawn: draw
        case .lost: 0
        }
    }

    private func observed(results: [ToolResult] = [], messages: [ChatMessage] = []) -> Observation {
        Observation(
            results: results, messages: messages, reward: ending.map(score), progress: game.progress,
            isDone: ending != nil, stateHash: game.stateHash)
    }

    mutating func verdict(_ ended: EndedEpisode) -> Verdict? {
        switch ending {
        case .won: .correct(score: 1, reason: "won")
        case .drawn: .incorrect(score: draw, reason: "drawn")
        case .lost: .incorrect(score: 0, reason: game.ending == .lost ? "lost" : illegalLeft <= 0 ? "illegal" : "turns")
        case nil: .incorrect(score: 0, reason: "unfinished")
        }
    }
}
