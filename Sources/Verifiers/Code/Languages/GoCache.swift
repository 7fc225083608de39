/// Packages of Debian's that Go tests import, built once: to build them takes ten times as long as a test.
struct GoCache {
    /// Where it is inside the walls.
    static let inside = "/runtime/go/cache.tar"

    private let artifact = CachedArtifact()

    /// The plan with the cache in view.
    func shown(in plan: SandboxPlan) -> SandboxPlan { artifact.shown(in: plan, at: Self.inside) }

    /// Finds or makes it, once.
    func build(
        _ language: Toolchain.Resolved, limits: RunLimits, unless cancellation: Cancellation,
        run: (ProgramRun) -> RunReport
    ) {
        artifact.make({ "go-\($0).tar" }, of: { language.version }, unless: cancellation) {
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
            return run(build)
        }
    }
}
