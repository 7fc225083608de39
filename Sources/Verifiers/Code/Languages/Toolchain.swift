/// The host's compilers and interpreters as programs inside the walls can use them.
struct Toolchain: Sendable {
    /// A language with absolute commands.
    struct Resolved: Sendable, Hashable {
        var language: Language
        /// "3.11.7", "g++ (Debian 12.2.0) …": part of a verdict's identity.
        var version: String
        /// Of its compiler and its programs.
        var environment: [String] = []
    }

    /// Why a language cannot be used.
    struct Missing: Error, Sendable {
        var description: String
    }

    private(set) var plan = SandboxPlan()
    private(set) var languages: [String: Result<Resolved, Missing>] = [:]
    private(set) var python: PythonRuntime?

    /// Looks for the tools of every language. Blocks for as long as the Python interpreter takes to answer.
    init(languages table: [Language], python command: String, isOpen: Bool) {
        plan.isOpen = isOpen
        python = PythonRuntime(command: command, isOpen: isOpen)
        if let python {
            plan.binds = python.binds
            plan.zygote = python.zygote
            plan.zygoteEnvironment = python.environment
        }
        for language in table {
            let result = resolve(language, python: command)
            for name in [language.name] + language.aliases { languages[name] = result }
        }
    }

    /// The language of that name.
    func language(_ name: String) -> Result<Resolved, Missing> {
        if let found = languages[name] ?? languages[name.lowercased()] { return found }
        if let canonical = LanguageName.canonical(name), let found = languages[canonical] { return found }
        let known = Set(languages.values.compactMap { try? $0.get().language.name }).sorted().joined(separator: ", ")
        return .failure(Missing(description: "the language '\(name)' is not in the table; usable: \(known)"))
    }

    private mutating func resolve(_ language: Language, python command: String) -> Result<Resolved, Missing> {
        if language.run.isEmpty {
            guard let python else {
                return .failure(
                    Missing(description: "no Python interpreter: '\(command)' is not in PATH or does not start"))
            }
            return .success(Resolved(language: language, version: python.version, environment: Self.environment([])))
        }
        var resolved = language
        var version = ""
        var folders: [String] = []
        for (path, role) in [(\Language.compile, "compiler"), (\Language.run, "runtime")] {
            guard let tool = language[keyPath: path].first, !tool.hasPrefix("./") else { continue }
            guard let inside = place(tool) else { return .failure(missing(tool, role, language)) }
            resolved[keyPath: path][0] = inside.path
            folders.append(Self.folder(of: inside.path))
            if version.isEmpty, tool != "sh" { version = Self.version(inside.host) }
        }
        for tool in language.tools {
            guard let inside = place(tool) else { return .failure(missing(tool, "tool", language)) }
            folders.append(Self.folder(of: inside.path))
            if version.isEmpty { version = Self.version(inside.host) }
        }
        return .success(Resolved(language: resolved, version: version, environment: Self.environment(folders)))
    }

    private func missing(_ tool: String, _ role: String, _ language: Language) -> Missing {
        Missing(
            description: "the \(role) of \(language.name), '\(tool)', is not in PATH: \(language.remedy), "
                + "or name another in the option 'languages'")
    }

    private static func version(_ tool: String) -> String {
        let flag = tool.hasSuffix("/go") ? "version" : tool.contains("/lua") ? "-v" : "--version"
        let first = HostCommand.output([tool, flag])?.split(whereSeparator: \.isNewline).first
        return first.map(String.init) ?? "found at \(tool)"
    }

    private static func folder(of path: String) -> String {
        "/" + path.split(separator: "/").dropLast().joined(separator: "/")
    }

    /// What programs see of the environment, with these folders first in PATH.
    static func environment(_ folders: [String]) -> [String] {
        let usual = ["/usr/local/bin", "/usr/bin", "/bin"]
        let path = folders.filter { !usual.contains($0) } + usual
        return [
            "PATH=\(path.joined(separator: ":"))", "HOME=/box/work", "TMPDIR=/tmp", "LANG=C.UTF-8",
            "NODE_PATH=/usr/share/nodejs:/usr/lib/nodejs:/usr/local/lib/node_modules:/usr/lib/node_modules",
            "GO111MODULE=off", "GOPATH=/box/work/.go:/usr/share/gocode", "GOCACHE=/box/work/.cache", "GOFLAGS=-p=2",
            "GOTOOLCHAIN=local", "CGO_ENABLED=0", "CLASSPATH=.:\(JavaLibraries.classPath)",
        ]
    }

    // Where a tool is inside the walls; one outside /usr gets its installation folder shown.
    private mutating func place(_ tool: String) -> (path: String, host: String)? {
        guard let found = HostCommand.find(tool) else { return nil }
        if plan.isOpen || found.hasPrefix("/usr/") || found.hasPrefix("/bin/") { return (found, found) }
        guard var real = HostCommand.realPath(found) else { return nil }
        // rustup's commands are one program that looks for the real ones in the home folder.
        if real.hasSuffix("/rustup"),
            let root = HostCommand.output([found, "--print", "sysroot"])?.split(separator: "\n").first
        {
            real = root + "/bin/" + tool
        }
        if real.hasPrefix("/usr/") { return (real, found) }
        let parts = real.split(separator: "/")
        guard parts.count >= 3, let name = parts.last else { return nil }
        let folder = "/" + parts.dropLast(2).joined(separator: "/")
        // An installation is a folder of its own; a folder that holds a home is none, and only the tool itself is shown.
        guard !SandboxPlan.holdsHome(folder) else {
            let target = "/runtime/tools/bin/\(name)"
            show(real, target)
            return (target, found)
        }
        let target = plan.binds.first { $0.source == folder }?.target ?? "/runtime/\(name)"
        show(folder, target)
        return (target + "/" + parts.suffix(2).joined(separator: "/"), found)
    }

    private mutating func show(_ source: String, _ target: String) {
        if !plan.binds.contains(where: { $0.target == target }) {
            plan.binds.append(.init(source: source, target: target))
        }
    }
}
