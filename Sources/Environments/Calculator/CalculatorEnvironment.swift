import Experience
import JSON
import Verifiers

/// A calculator with exact arithmetic beside the problem; the configured verifier judges the answer.
struct CalculatorEnvironment: EnvironmentKind, EpisodeMaker {
    static let name = "calculator"
    static let summary = "exact rational and decimal arithmetic as a tool"
    static let resumption = Resumption.replay
    private static let digits = Option<Int>.int(
        "digits", 12, in: 1...100, "decimal places shown of a value that has no end")
    static let options = [digits.listed, EpisodeRoom.option.listed]

    private let digits: Int
    let mostEpisodes: Int

    var judges: Bool { false }

    static func make(_ options: OptionsReader, _ context: EnvironmentContext) throws -> any Environment {
        EpisodeHost(Self(digits: try digits.read(options), mostEpisodes: try EpisodeRoom.option.read(options)))
    }

    static let tools = [
        Tool(
            "calculator",
            "Computes an arithmetic expression exactly: + - * / // % ^ ! ( ), and abs, min, max, floor, ceil, round, "
                + "sqrt, gcd, lcm. Numbers are written without thousands separators.",
            [.init(name: "expression", type: "string", text: "the expression, for example (3 + 4) * 2 / 7")])
    ]

    func begin(_ problem: Problem, seed: UInt64, key: EpisodeKey) throws(EnvironmentError) -> Beginning {
        (Body(digits: digits), Opening(messages: problem.messages, tools: Self.tools))
    }

    struct Body: EpisodeBody {
        let digits: Int

        mutating func answer(_ action: Action) -> Observation {
            // Without a call it is the answer.
            if action.calls.isEmpty { return Observation(isDone: true) }
            return Observation(
                results: action.results(CalculatorEnvironment.tools) { _, arguments throws(PolicyFault) in
                    try Calculation(arguments.text("expression")).value().shown(digits: digits)
                })
        }
    }
}
