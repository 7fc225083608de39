/// The interpreter that runs Python programs, and how it is seen from inside the walls.
struct PythonRuntime: Sendable, Equatable {
    /// The interpreter inside the walls.
    var interpreter: String
    /// "3.11.7": part of a verdict's identity.
    var version: String
    /// Folders to show, for an interpreter outside /usr.
    var binds: [SandboxPlan.Bind]
    /// Further folders of modules, inside the walls.
    var sites: [String]
    /// Folders of shared libraries inside the walls.
    var libraryPath: String?

    private static let root = "/runtime/python"

    /// Asks `command` (a name in PATH or a path) where it really is: shims of version managers cost 90 ms a start.
    init?(command: String, isOpen: Bool) {
        let question = """
            import sys, os
            prefix = os.path.realpath(sys.base_prefix)
            print(os.path.realpath(getattr(sys, "_base_executable", sys.executable) or sys.executable))
            print(prefix)
            print(sys.version.split()[0])
            for path in sys.path:
                if path and os.path.isdir(path) and not os.path.realpath(path).startswith(prefix + "/"):
                    print(os.path.realpath(path))
            """
        guard let found = HostCommand.find(command),
            let lines = HostCommand.output([found, "-I", "-c", question])?.split(separator: "\n").map(String.init),
            lines.count >= 3
        else { return nil }
        let (executable, prefix) = (lines[0], lines[1])
        var binds: [SandboxPlan.Bind] = []
        func inside(_ path: String, as name: String) -> String {
            if isOpen || path == "/usr" || path.hasPrefix("/usr/") { return path }
            binds.append(.init(source: path, target: name))
            return name
        }
        let base = inside(prefix, as: Self.root)
        interpreter = executable.hasPrefix(prefix + "/") ? base + executable.dropFirst(prefix.count) : executable
        version = lines[2]
        sites = lines.dropFirst(3).enumerated().map { inside($1, as: "\(Self.root)-site-\($0)") }
        self.binds = binds
        libraryPath = base == prefix ? nil : base + "/lib"
    }

    /// Environment of the interpreter and of every program it runs. Strings hash alike in every run, so that an
    /// answer that depends on the order of a set does not change its verdict from one run to the next. Symbols are bound
    /// once and not after every fork.
    var environment: [String] {
        [
            "PATH=/usr/local/bin:/usr/bin:/bin", "HOME=/box/work", "TMPDIR=/tmp", "LANG=C.UTF-8", "PYTHONUTF8=1",
            "PYTHONHASHSEED=0", "PYTHONDONTWRITEBYTECODE=1", "PYTHONNOUSERSITE=1", "LD_BIND_NOW=1",
        ]
            + (libraryPath.map { ["LD_LIBRARY_PATH=\($0)"] } ?? [])
    }
}
