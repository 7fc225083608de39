import Experience
import Foundation
import JSON
import Synchronization
import Verifiers

/// Any executable as an environment: processes that speak worker protocol 2, JSON lines on stdin and stdout.
///
/// What an episode does to its process (it hangs, dies, answers what the contract does not allow) is an error of that episode,
/// or of those that shared the process; a fresh one takes its place.
struct CommandEnvironment: EnvironmentKind, EpisodeMaker {
    static let name = "command"
    static let summary = "any executable: processes that speak JSON lines (see assay env init)"
    /// What the process says; this is for one that says nothing.
    static let resumption = Resumption.none
    private static let processes = Option<Int>.int(
        "processes", 0, in: 0...256, "processes, each for many episodes; 0 is the number of cores")
    private static let called = Option<String?>.text(
        "name", "what it is called in the store (what the process says, or command)")
    private static let correctAt = Option<Double>.number(
        "correct_at", 1, in: -1e300...1e300, "the score from which an end without outcome is correct")
    static let options =
        CommandOptions.all + [processes.listed, called.listed, correctAt.listed, EpisodeRoom.option.listed]

    let name: String
    let version: String
    let resumption: Resumption
    let mostEpisodes: Int
    /// Whether it has a verdict is seen at the end of each episode alone.
    let judges = true
    private let pool: ProcessPool
    private let correctAt: Double
    private let count = EpisodeCount()

    static func make(_ options: OptionsReader, _ context: EnvironmentContext) async throws -> any Environment {
        let settings = try CommandOptions.read(options)
        if settings.command.isEmpty {
            throw EnvironmentOptionsError(
                key: "command", "expected program and arguments, for example [\"python3\", \"my.py\"]")
        }
        // Episodes of a check meet in one process.
        let wanted = context.isForCheck ? 1 : try processes.read(options)
        let pool = ProcessPool(
            settings, processes: wanted == 0 ? ProcessInfo.processInfo.activeProcessorCount : wanted)
        // What it is and whether it can be replayed, the process says itself.
        let seat = try await pool.seat()
        pool.leave(seat)
        let ready = seat.process.ready
        return EpisodeHost(
            Self(
                name: try called.read(options) ?? ready.name ?? Self.name,
                version: "2-\(settings.fingerprint)" + (ready.version.isEmpty ? "" : "-\(ready.version)"),
                resumption: ready.resumption, mostEpisodes: try EpisodeRoom.option.read(options), pool: pool,
                correctAt: try correctAt.read(options)), isBare: context.isForCheck)
    }

    func begin(
        _ problem: Problem, seed: UInt64, key: EpisodeKey
    ) async throws(EnvironmentError) -> (body: CommandEpisode, opening: Opening) {
        let seat = try await pool.seat()
        let place = EpisodePlace(pool, seat, episode: count.next())
        do {
            let reply = try await place.ask("start", place.message.start(problem, seed: seed, key: key))
            return (
                CommandEpisode(place, correctAt: correctAt), try reply.opening(tools: seat.process.ready.tools)
            )
        } catch {
            await place.release()
            throw error
        }
    }

    func shutdown() async { await pool.close() }
}

/// Numbers the episodes of an environment.
final class EpisodeCount: Sendable {
    private let count = Mutex(0)

    func next() -> Int {
        count.withLock {
            $0 += 1
            return $0
        }
    }
}
