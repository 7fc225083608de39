import Foundation

/// Whether programs can be contained on this machine, found out by really running one.
public enum Sandbox {
    /// How strongly programs are contained; stamped in every verdict.
    public enum Isolation: String, Sendable, CaseIterable {
        /// User, pid, mount, network, ipc and uts namespaces, seccomp, limits summed over all processes of a run.
        case user
        /// No walls, only limits: the option `unsafe`.
        case none

        /// What it consists of, for a person.
        public var summary: String {
            switch self {
            case .user:
                "user, pid, mount, network, ipc, uts and cgroup namespaces, seccomp, no capabilities, limits by sampling"
            case .none: "limits only; a program can reach whatever you can"
            }
        }
    }

    /// What the probe found.
    public struct Report: Sendable {
        /// The level that works; nil when programs are refused.
        public var isolation: Isolation?
        /// What failed, in the system's words; nil when nothing did.
        public var problem: String?
        /// What to do about it; nil when nothing is to be done.
        public var fix: String?
        /// One line per language: its version, or what is missing.
        public var languages: [(name: String, isUsable: Bool, text: String)]
    }

    /// Runs a program behind the walls, and looks for the toolchains of the standard languages.
    public static func probe(options: CodeOptions = CodeOptions()) async -> Report {
        await withCheckedContinuation { continuation in
            SandboxThread.detach { continuation.resume(returning: probeBlocking(options)) }
        }
    }

    private static func probeBlocking(_ options: CodeOptions) -> Report {
        let toolchain = Toolchain(
            languages: options.table, python: options.python, isOpen: options.unsafe)
        var report = Report(languages: options.table.map { line($0.name, toolchain.language($0.name)) })
        do {
            let worker = try SandboxWorker(plan: toolchain.plan)
            defer { worker.stop() }
            let run = ProgramRun(
                start: .execute(["/bin/sh", "-c", "read word; echo $word"]), limits: RunLimits(),
                input: Array("contained\n".utf8))
            guard let result = worker.run(run), result.stdout == Array("contained\n".utf8) else {
                throw SandboxError(description: "a program that echoes its input did not")
            }
            report.isolation = options.unsafe ? Isolation.none : .user
        } catch {
            report.problem = "\(error)"
            report.fix = SandboxRemedy.text(for: "\(error)")
        }
        return report
    }

    private static func line(
        _ name: String, _ result: Result<Toolchain.Resolved, Toolchain.Missing>
    ) -> (name: String, isUsable: Bool, text: String) {
        switch result {
        case .success(let found): (name, true, found.version)
        case .failure(let missing): (name, false, missing.description)
        }
    }
}
