import Experience
import HTTPTypes
import Verifiers

/// Programs run as they are, for the protocols that have such a route.
struct ProgramRuns: Sendable {
    let runner: (any ProgramRunner)?
    let lane: Lane
    /// Seconds that a program may wait for its turn.
    let waitSeconds: Double

    // A client waits some seconds longer than the program may run; on a busy machine a program's own clock goes slower than its.
    private static let grace = 1.5
    private static let interpreted: Set<String> = [
        "python", "python3", "pytest", "bash", "sh", "nodejs", "javascript", "js", "perl", "lua", "ruby", "php", "r",
        "R",
    ]

    /// What became of it; one that was not done long after its time is over its limit.
    ///
    /// Throws `APIError` with `busy` where there was no turn for it in time: then it was not run.
    func run(
        _ program: ProgramRequest, for share: WorkShare, since arrival: ContinuousClock.Instant,
        busy: HTTPResponse.Status = .gatewayTimeout
    ) async throws -> ProgramResult {
        guard let runner else { throw APIError.off("there is no sandbox on this server") }
        do {
            try lane.admit(1, for: share, within: waitSeconds)
        } catch {
            throw APIError.refused(by: error, of: "run_code", status: busy)
        }
        let compile = Self.interpreted.contains(program.language) ? 0 : program.compileSeconds
        let allowed = compile + program.runSeconds + Self.grace
        let start = Deadline.Start(by: arrival + .seconds(waitSeconds))
        let work = { @Sendable () -> ProgramResult? in
            let result = await lane.slots.run(1, for: share) { () -> ProgramResult? in
                guard start.begin() else { return nil }
                let begin = ContinuousClock.now
                return await Deadline.run(until: begin + .seconds(allowed)) { await runner.run(program) }
                    ?? Self.overdue((ContinuousClock.now - begin) / .seconds(1))
            }
            lane.leave(1, for: share)
            return result ?? nil
        }
        let last = arrival + .seconds(waitSeconds + allowed + 1)
        let result = await Deadline.run(until: last, start: start, work) ?? nil
        try Task.checkCancellation()
        guard let result else { throw APIError.overloaded("no sandbox slot in time", status: busy) }
        return result
    }

    private static func overdue(_ seconds: Double) -> ProgramResult {
        .ran(
            compile: nil,
            run: ProgramStep(status: .timeLimit, seconds: seconds, exitCode: nil, stdout: "", stderr: ""))
    }
}
