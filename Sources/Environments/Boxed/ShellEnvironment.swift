import Experience
import JSON
import Verifiers

/// A shell in a folder of the row's files; the row's test decides, or the configured verifier where it has none.
struct ShellEnvironment: EnvironmentKind, BoxedMaker {
    static let name = "shell"
    static let summary = "a shell in a folder of the sandbox, with a test at the end"
    static let resumption = Resumption.replay
    static let testSeconds = Option<Double>.number("test_seconds", 60, in: 0.1...3600, "longest run of the row's test")
    static let options = [testSeconds.listed] + BoxLimits.options

    let limits: BoxLimits
    private let testSeconds: Double

    var judges: Bool { true }

    static func make(_ options: OptionsReader, _ context: EnvironmentContext) async throws -> any Environment {
        EpisodeHost(Self(limits: try await BoxLimits(options), testSeconds: try testSeconds.read(options)))
    }

    func begin(_ problem: Problem, seed: UInt64, key: EpisodeKey) async throws(EnvironmentError) -> (
        body: FolderBody, opening: Opening
    ) {
        let task = try FolderTask(problem, testSeconds: testSeconds)
        let box = try await Box.begin(limits, .plain, task.preparation)
        let body = FolderBody(box: box, task: task, tools: [FolderBody.shell])
        return (body, Opening(messages: problem.messages, tools: body.tools))
    }
}
