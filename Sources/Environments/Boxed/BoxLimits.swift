import Experience
import Verifiers

/// The options that every environment with a box has.
struct BoxLimits: Sendable {
    static let seconds = Option<Double>.number("seconds", 10, in: 0.05...3600, "longest call of the policy")
    static let memory = Option<Int>.int("memory_mb", 512, in: 64...1 << 20, "memory of an episode's processes together")
    static let disk = Option<Int>.int("disk_mb", 64, in: 1...1 << 16, "its files, which are in memory too")
    static let processes = Option<Int>.int("processes", 64, in: 1...4096, "processes and threads of an episode")
    static let bytes = Option<Int>.int("output_bytes", 8192, in: 64...1 << 20, "of one answer; the middle is left out")
    static let python = Option<String>.text("python", "python3", "the interpreter, a name or a path")
    static let episodes = Option<Int>.int("episodes", 64, in: 1...10_000, "episodes alive at once, each with a box")
    static let options = [
        seconds.listed, memory.listed, disk.listed, processes.listed, bytes.listed, python.listed, episodes.listed,
    ]

    var seconds: Double
    var bytes: Int
    var session = SessionLimits()
    var episodes: Int
    var interpreter: SessionInterpreter

    init(_ options: OptionsReader) async throws {
        seconds = try Self.seconds.read(options)
        bytes = try Self.bytes.read(options)
        episodes = try Self.episodes.read(options)
        session.memory = try Self.memory.read(options) << 20
        session.disk = try Self.disk.read(options) << 20
        session.processes = try Self.processes.read(options)
        // Wall time is the limit that the policy is told; this one stops who computes on beside it.
        session.cpu = seconds * 4 + 2
        do {
            interpreter = try await SessionInterpreter.find(Self.python.read(options))
        } catch let error as SessionError {
            throw EnvironmentError(.start, "\(error)")
        }
    }
}

/// Begins episodes of which each has a box.
protocol BoxedMaker: EpisodeMaker {
    var limits: BoxLimits { get }
}

extension BoxedMaker {
    var version: String { "1 \(limits.interpreter.version)" }
    var mostEpisodes: Int { limits.episodes }
}
