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
            report.fix = fix(for: "\(error)")
        }
        return report
    }

    /// Whether our root is no mount of its own.
    private static var isChroot: Bool {
        guard let mounts = try? String(contentsOfFile: "/proc/self/mountinfo", encoding: .utf8) else { return false }
        return !mounts.split(separator: "\n").contains { line in
            let fields = line.split(separator: " ", maxSplits: 5)
            return fields.count > 4 && fields[4] == "/"
        }
    }

    private static func line(
        _ name: String, _ result: Result<Toolchain.Resolved, Toolchain.Missing>
    ) -> (name: String, isUsable: Bool, text: String) {
        switch result {
        case .success(let found): (name, true, found.version)
        case .failure(let missing): (name, false, missing.description)
        }
    }

    /// The remedy for what a worker said when its walls could not be built.
    static func fix(for problem: String) -> String {
        if problem.contains("user namespace"), isChroot {
            return "this is a chroot, where the kernel allows no user namespaces: enter the folder as a root of its "
                + "own (systemd-nspawn, podman --rootfs, bwrap), or run assay outside of it"
        }
        if problem.contains("leave root") {
            return "this root is a mapped one that knows no other user (unshare -r): run assay as the ordinary user "
                + "that it is outside, or map a range of ids"
        }
        if problem.contains("user namespace") || problem.contains("uid_map") {
            return "allow user namespaces: sysctl kernel.unprivileged_userns_clone=1 (Debian), "
                + "kernel.apparmor_restrict_unprivileged_userns=0 (Ubuntu 24.04), user.max_user_namespaces above 0; "
                + "in Docker, --security-opt seccomp=unconfined; or run as root"
        }
        if problem.contains("mount proc") {
            return "the host's /proc is partly hidden, as in Docker: --security-opt systempaths=unconfined"
        }
        if problem.contains("5.12") { return "a kernel of at least Linux 5.12" }
        return "run with the option unsafe only where the whole machine may be lost to a program"
    }
}
