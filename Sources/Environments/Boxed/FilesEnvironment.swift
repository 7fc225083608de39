import Experience
import JSON
import Verifiers

/// Files to read and to change, and a command line where that is allowed; the row's test decides.
struct FilesEnvironment: EnvironmentKind, BoxedMaker {
    static let name = "files"
    static let summary = "files of a small software task to read and change, with a test at the end"
    static let resumption = Resumption.replay
    private static let run = Option<Bool>.flag("run", true, "whether the tool 'shell' is there too")
    static let options = [run.listed, ShellEnvironment.testSeconds.listed] + BoxLimits.options

    let limits: BoxLimits
    private let testSeconds: Double
    private let tools: [Tool]

    var judges: Bool { true }

    static func make(_ options: OptionsReader, _ context: EnvironmentContext) async throws -> any Environment {
        EpisodeHost(
            Self(
                limits: try await BoxLimits(options), testSeconds: try ShellEnvironment.testSeconds.read(options),
                tools: FolderBody.fileTools + (try run.read(options) ? [FolderBody.shell] : [])))
    }

    func begin(_ problem: Problem, seed: UInt64, key: EpisodeKey) async throws(EnvironmentError) -> (
        body: FolderBody, opening: Opening
    ) {
        let task = try FolderTask(problem, testSeconds: testSeconds)
        if !task.hasTest {
            throw EnvironmentError(
                .start, "problem '\(problem.id.cut(to: 80))' has no 'test', the command that decides in 'files'")
        }
        let box = try await Box.begin(limits, .plain, task.preparation)
        return (
            FolderBody(box: box, task: task, tools: tools), Opening(messages: problem.messages, tools: tools)
        )
    }
}
