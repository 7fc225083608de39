import Testing

@testable import Verifiers

/// What a program finds in its box, and what is brought out of it: behind walls, where this machine has them, and without.
@Suite(.serialized) struct SandboxWorkerTests {
    private static let plans = [SandboxPlan(), SandboxPlan(isOpen: true)].filter {
        (try? SandboxWorker(plan: $0)) != nil
    }

    private func report(
        of script: String, _ plan: SandboxPlan, _ limits: RunLimits = RunLimits(), resultBytes: Int = 0,
        artifact: (name: String, most: Int)? = nil
    ) throws -> RunReport {
        let worker = try SandboxWorker(plan: plan)
        defer { worker.stop() }
        let run = ProgramRun(
            start: .execute(["/bin/sh", "-c", script]), limits: limits, environment: ["PATH=/usr/bin:/bin"],
            artifact: artifact, resultBytes: resultBytes)
        return try #require(worker.run(run))
    }

    @Test(
        "A program has stdin, stdout, stderr, its result where it may give one, and no other descriptor",
        arguments: plans)
    func descriptors(plan: SandboxPlan) throws {
        let script =
            "for n in 0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15; do [ -e /proc/self/fd/$n ] && echo $n; done; exit 0"
        for (resultBytes, descriptors) in [(0, "0\n1\n2\n"), (1024, "0\n1\n2\n3\n")] {
            let report = try report(of: script, plan, resultBytes: resultBytes)
            #expect(report.ending == .exited(0))
            #expect(String(decoding: report.stdout, as: UTF8.self) == descriptors)
        }
    }

    @Test("A pipe that nobody reads ends a program as it does everywhere", arguments: plans)
    func brokenPipe(plan: SandboxPlan) throws {
        let report = try report(of: "kill -PIPE $$; echo alive", plan)
        #expect(report.ending == .signalled(13) && report.stdout.isEmpty, "\(report.ending)")
    }

    @Test("What all processes of a program hold together counts", arguments: plans)
    func memory(plan: SandboxPlan) throws {
        var limits = RunLimits()
        limits.memory = 64 << 20
        for (count, ending) in [(1, RunReport.Ending.exited(0)), (3, .memoryLimit)] {
            // Each holds 30 MB until its reader has slept.
            let script =
                "for i in $(seq \(count)); do head -c 30000000 /dev/zero | tail -c 30000000 | sleep 1 & done; wait"
            let report = try report(of: script, plan, limits)
            #expect(report.ending == ending)
            #expect(report.peakBytes > 30_000_000, "\(report.peakBytes)")
        }
    }

    @Test("A file is brought out of a run that succeeds, whole or not at all", arguments: plans)
    func artifacts(plan: SandboxPlan) throws {
        let make = "head -c 100 /dev/zero >big"
        let whole = try report(of: make, plan, artifact: ("big", 100))
        #expect(whole.ending == .exited(0) && whole.artifact == Array(repeating: 0, count: 100))
        let cut = try report(of: make, plan, artifact: ("big", 99))
        #expect(cut.ending == .outputLimit && cut.artifact.isEmpty, "\(cut.ending)")
        for script in [make + "; exit 1", "exit 0", "mkdir big", make + "; mv big other; ln -s other big"] {
            #expect(try report(of: script, plan, artifact: ("big", 100)).artifact.isEmpty, "\(script)")
        }
    }
}
