import CSandbox
import Synchronization

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// Packages of Debian's that Go tests import, built once per compiler and kept in the user's cache folder: to build them takes
/// ten times as long as a test.
final class GoCache: Sendable {
    /// Where it is inside the walls.
    static let inside = "/runtime/go/cache.tar"

    private let turn = Mutex(false)
    private let made = Mutex<String?>(nil)

    /// The plan with the cache in view.
    func shown(in plan: SandboxPlan) -> SandboxPlan {
        guard let path = made.withLock({ $0 }), !plan.isOpen else { return plan }
        var plan = plan
        plan.binds.append(.init(source: path, target: Self.inside))
        return plan
    }

    /// Finds or makes it, once.
    func build(_ language: Toolchain.Resolved, limits: RunLimits, run: (ProgramRun) -> RunReport) {
        turn.withLock { isTried in
            if isTried { return }
            isTried = true
            guard let folder = PrecompiledHeader.cacheFolder else { return }
            let key = language.version.utf8.reduce(0xCBF2_9CE4_8422_2325 as UInt64) {
                ($0 ^ UInt64($1)) &* 0x100_0000_01B3
            }
            let path = "\(folder)/go-\(String(key, radix: 16)).tar"
            if access(path, R_OK) == 0 {
                made.withLock { $0 = path }
                return
            }
            var limits = limits
            (limits.cpu, limits.wall, limits.memory) = (120, 600, 2 << 30)
            (limits.disk, limits.processes, limits.files) = (1 << 30, 512, 1024)
            let script = "go test -c -vet=off -o main . && tar cf cache.tar .cache"
            let test = """
                package main
                import ("testing"; "github.com/stretchr/testify/assert"; "github.com/stretchr/testify/require")
                func TestA(t *testing.T) { assert.True(t, true); require.True(t, true) }

                """
            var build = ProgramRun(
                start: .execute(["/bin/sh", "-c", script]), limits: limits, environment: language.environment,
                files: [.init(name: "a_test.go", bytes: Array(test.utf8))])
            build.limitsAddressSpace = false
            build.artifact = ("cache.tar", 512 << 20)
            let report = run(build)
            guard report.ending == .exited(0), !report.artifact.isEmpty else { return }
            let code = report.artifact.withUnsafeBytes { bytes in
                sandbox_save(folder, path, bytes.baseAddress, UInt64(bytes.count))
            }
            if code == 0 { made.withLock { $0 = path } }
        }
    }
}
