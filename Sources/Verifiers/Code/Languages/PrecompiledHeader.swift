import CSandbox
import Synchronization

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// `bits/stdc++.h` compiled once per compiler and kept in the user's cache folder: most of what a contest program costs
/// to compile is that header.
final class PrecompiledHeader: Sendable {
    /// Where it is inside the walls: first in the compiler's search path.
    static let folder = "/runtime/header"

    /// Held while it is made; true once that was tried.
    private let turn = Mutex(false)
    private let made = Mutex<String?>(nil)

    /// The file on the host, once it is there.
    var path: String? { made.withLock { $0 } }

    /// The plan with the header in view.
    func shown(in plan: SandboxPlan) -> SandboxPlan {
        guard let path, !plan.isOpen else { return plan }
        var plan = plan
        plan.binds.append(.init(source: path, target: Self.folder + "/bits/stdc++.h.gch"))
        return plan
    }

    /// Whether a program of this language gains from it.
    func serves(_ program: String, language: Language) -> Bool {
        language.compile.first?.hasSuffix("g++") ?? false && language.compile.contains("-std=gnu++17")
            && program.contains("<bits/stdc++.h>")
    }

    /// Finds or makes it, once. Who comes meanwhile waits, as compiling without it would take as long.
    func build(
        language: Language, limits: RunLimits, unless cancellation: Cancellation, run: (ProgramRun) -> RunReport
    ) {
        turn.withLock { isTried in
            if isTried { return }
            isTried = true
            guard let compiler = language.compile.first, let folder = Self.cacheFolder,
                let version = HostCommand.output([compiler, "--version"])
            else { return }
            let flags = Language.cppFlags
            let key = (version + flags.joined(separator: " ")).utf8.reduce(0xCBF2_9CE4_8422_2325 as UInt64) {
                ($0 ^ UInt64($1)) &* 0x100_0000_01B3
            }
            let path = "\(folder)/stdc++-\(String(key, radix: 16)).gch"
            if access(path, R_OK) == 0 {
                made.withLock { $0 = path }
                return
            }
            var limits = limits
            limits.disk = 512 << 20
            limits.memory = max(limits.memory, 1 << 30)
            var compile = ProgramRun(
                start: .execute([compiler] + flags + ["-x", "c++-header", "-o", "header.gch", "header.h"]),
                limits: limits,
                environment: ["PATH=/usr/local/bin:/usr/bin:/bin", "TMPDIR=/tmp"],
                files: [.init(name: "header.h", bytes: Array("#include <bits/stdc++.h>\n".utf8))])
            compile.artifact = ("header.gch", 512 << 20)
            let report = run(compile)
            guard report.ending == .exited(0), !report.artifact.isEmpty else {
                // Given up, not failed: the next program tries again.
                isTried = !cancellation.isCancelled
                return
            }
            let code = report.artifact.withUnsafeBytes { bytes in
                sandbox_save(folder, path, bytes.baseAddress, UInt64(bytes.count))
            }
            if code == 0 { made.withLock { $0 = path } }
        }
    }

    static var cacheFolder: String? {
        let base =
            getenv("XDG_CACHE_HOME").map { String(cString: $0) }
            ?? getenv("HOME").map { String(cString: $0) + "/.cache" }
        guard let base else { return nil }
        mkdir(base, 0o700)
        let folder = base + "/assay"
        mkdir(folder, 0o755)
        return access(folder, W_OK) == 0 ? folder : nil
    }
}
