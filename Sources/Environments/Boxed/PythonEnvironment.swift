import Experience
import JSON
import Verifiers

/// A Python interpreter that keeps its state over an episode; the configured verifier judges the answer.
struct PythonEnvironment: EnvironmentKind, BoxedMaker {
    static let name = "python"
    static let summary = "a Python interpreter in the sandbox that keeps its state"
    // A program may ask the clock or draw without a seed.
    static let resumption = Resumption.replay
    static let options = BoxLimits.options

    let limits: BoxLimits

    var judges: Bool { false }

    static func make(_ options: OptionsReader, _ context: EnvironmentContext) async throws -> any Environment {
        EpisodeHost(Self(limits: try await BoxLimits(options)))
    }

    static let tools = [
        Tool(
            "python",
            "Runs Python code. Names live on from call to call; the answer is what it prints, and the value of a last "
                + "expression.",
            [.init(name: "code", type: "string", text: "the code")])
    ]

    func begin(_ problem: Problem, seed: UInt64, key: EpisodeKey) async throws(EnvironmentError) -> Beginning {
        var setup = [
            Box.Act(name: "python", arguments: ["code": .string("import random; random.seed(\(seed)); del random")])
        ]
        if let code = try problem.text("setup_code") {
            setup.append(.init(name: "python", arguments: ["code": .string(code)], seconds: max(limits.seconds, 10)))
        }
        let box = try await Box.begin(limits, .python, setup)
        return (Body(box: box), Opening(messages: problem.messages, tools: Self.tools))
    }

    struct Body: EpisodeBody {
        fileprivate let box: Box
        var holding: (any EpisodeHolding)? { box }

        mutating func answer(_ action: Action) async throws(EnvironmentError) -> Observation {
            if action.calls.isEmpty { return Observation(isDone: true) }
            let box = box
            let results = try await action.results(PythonEnvironment.tools) {
                (call, arguments) async throws(EnvironmentError) in
                ToolResult(
                    to: call, try await box.ask("python", ["code": .string(arguments.text("code"))]),
                    empty: "[no output]")
            }
            return Observation(results: results)
        }
    }
}
