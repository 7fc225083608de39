/// `bits/stdc++.h` compiled once: most of what a contest program costs to compile is that header.
struct PrecompiledHeader {
    /// Where it is inside the walls: first in the compiler's search path.
    static let folder = "/runtime/header"

    private let artifact = CachedArtifact()

    /// Whether it is there.
    var isMade: Bool { artifact.path != nil }

    /// The plan with the header in view.
    func shown(in plan: SandboxPlan) -> SandboxPlan {
        artifact.shown(in: plan, at: Self.folder + "/bits/stdc++.h.gch")
    }

    /// Whether a program of this language gains from it.
    func serves(_ program: String, language: Language) -> Bool {
        language.compile.first?.hasSuffix("g++") ?? false && language.compile.contains("-std=gnu++17")
            // A compiler takes it once: for a second inclusion it looks for the text beside it.
            && program.ranges(of: "<bits/stdc++.h>").count == 1
    }

    /// Finds or makes it, once.
    func build(
        language: Language, limits: RunLimits, unless cancellation: Cancellation, run: (ProgramRun) -> RunReport
    ) {
        guard let compiler = language.compile.first else { return }
        let flags = Language.cppFlags
        let key = { HostCommand.output([compiler, "--version"]).map { $0 + flags.joined(separator: " ") } }
        artifact.make({ "stdc++-\($0).gch" }, of: key, unless: cancellation) {
            var limits = limits
            limits.disk = 512 << 20
            limits.memory = max(limits.memory, 1 << 30)
            var compile = ProgramRun(
                start: .execute([compiler] + flags + ["-x", "c++-header", "-o", "header.gch", "header.h"]),
                limits: limits,
                environment: ["PATH=/usr/local/bin:/usr/bin:/bin", "TMPDIR=/tmp"],
                files: [.init(name: "header.h", bytes: Array("#include <bits/stdc++.h>\n".utf8))])
            compile.artifact = ("header.gch", 512 << 20)
            return run(compile)
        }
    }
}
