/// The host's compilers and interpreters as programs inside the walls can use them.
struct Toolchain: Sendable {
    /// A language with absolute commands.
    struct Resolved: Sendable, Hashable {
        var language: Language
        /// "3.11.7", "g++ (Debian 12.2.0) …": part of a verdict's identity.
        var version: String
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
        let known = Set(languages.values.compactMap { try? $0.get().language.name }).sorted().joined(separator: ", ")
        return .failure(Missing(description: "the language '\(name)' is not in the table; usable: \(known)"))
    }

    private mutating func resolve(_ language: Language, python command: String) -> Result<Resolved, Missing> {
        if language.run.isEmpty {
            guard let python else {
                return .failure(
                    Missing(description: "no Python interpreter: '\(command)' is not in PATH or does not start"))
            }
            return .success(Resolved(language: language, version: python.version))
        }
        var resolved = language
        var version = ""
        for (path, role) in [(\Language.compile, "compiler"), (\Language.run, "runtime")] {
            guard let tool = language[keyPath: path].first, !tool.hasPrefix("./") else { continue }
            guard let inside = place(tool) else {
                return .failure(
                    Missing(
                        description: "the \(role) of \(language.name), '\(tool)', is not in PATH: install it, "
                            + "or name another in the option 'languages'"))
            }
            resolved[keyPath: path][0] = inside.path
            if version.isEmpty {
                version = HostCommand.output([inside.host, "--version"])?.prefix { $0 != "\n" }.description ?? ""
            }
        }
        return .success(Resolved(language: resolved, version: version))
    }

    // Where a tool is inside the walls; one outside /usr gets its installation folder shown.
    private mutating func place(_ tool: String) -> (path: String, host: String)? {
        guard let found = HostCommand.find(tool) else { return nil }
        if plan.isOpen || found.hasPrefix("/usr/") || found.hasPrefix("/bin/") { return (found, found) }
        guard let real = HostCommand.realPath(found) else { return nil }
        if real.hasPrefix("/usr/") { return (real, found) }
        let parts = real.split(separator: "/")
        guard parts.count >= 3 else { return nil }
        let folder = "/" + parts.dropLast(2).joined(separator: "/")
        let target = "/runtime/\(parts[parts.count - 1])"
        if !plan.binds.contains(where: { $0.target == target }) {
            plan.binds.append(.init(source: folder, target: target))
        }
        return (target + "/" + parts.suffix(2).joined(separator: "/"), found)
    }
}
