public import JSON

/// How the code verifier runs and scores; every field is an option of the same name.
public struct CodeOptions: Sendable {
    /// What a score is made of.
    public enum Score: String, Sendable, CaseIterable {
        /// 1 when every test passes, else 0.
        case all
        /// The share of tests that pass.
        case fraction
        /// The share that pass of the first `n`; the others are not run.
        case first_n
    }

    /// When testing ends.
    public enum Stop: String, Sendable, CaseIterable {
        /// At the first test that does not pass; the others count as failed.
        case first_failure
        /// After the last test.
        case never
    }

    /// Whether tests that are programs of their own are run beside the program under test.
    public enum Together: String, Sendable, CaseIterable {
        /// In their own runner: see `docs/code.md`.
        case on
        /// Rows that hold such tests are refused.
        case off
    }

    /// What a score is made of.
    public var score = Score.all
    /// Tests counted by `first_n`.
    public var n = 10
    /// When testing ends; by default at the first failure exactly when the score is `all`.
    public var stop: Stop?
    /// Whether the first test that fails ends the testing.
    var stopsAtFailure: Bool { (stop ?? (score == .all ? .first_failure : .never)) == .first_failure }
    /// Runs only this many tests, drawn by `seed` and the problem's id; 0 runs all.
    public var subset = 0
    /// See `subset`.
    public var seed = 0
    /// Limits of one run of a program.
    public var limits = RunLimits()
    /// Limits of the compiler.
    public var compileLimits: RunLimits = {
        var limits = RunLimits()
        limits.cpu = 15
        limits.memory = 512 << 20
        limits.output = 1 << 20
        limits.disk = 256 << 20
        return limits
    }()
    /// Worker processes; 0 is one per processor.
    public var slots = 0
    /// The Python interpreter: a name in PATH or a path.
    public var python = "python3"
    /// Language of rows that name none.
    public var language = "python"
    /// Languages beside, or in place of, the standard ones.
    public var languages: [Language] = []
    /// Results kept for identical programs; 0 keeps none.
    public var cache = 1024
    /// Bytes of rows, programs and results that they may hold together; those used last stay.
    public var cacheBytes = 128 << 20
    /// Whether tests that are programs run together with what they test.
    public var together = Together.on
    /// Runs programs without walls, where none can be built. Every verdict says so.
    public var unsafe = false

    /// The defaults above.
    public init() {}

    /// Reads an options object; throws `VerifierOptionsError`.
    public init(_ json: JSONValue) throws {
        let reader = OptionsReader(json)
        score = try reader.choice("score", default: score)
        n = try reader.int("n", default: n, in: 1...1_000_000)
        if json["stop"] != nil { stop = try reader.choice("stop", default: .never) }
        subset = try reader.int("subset", default: subset, in: 0...1_000_000)
        seed = try reader.int("seed", default: seed, in: 0...Int.max)
        slots = try reader.int("slots", default: slots, in: 0...1024)
        cache = try reader.int("cache", default: cache, in: 0...10_000_000)
        cacheBytes = try reader.int("cache_mb", default: cacheBytes >> 20, in: 1...1 << 20) << 20
        together = try reader.choice("together", default: together)
        unsafe = try reader.bool("unsafe", default: unsafe)
        python = try reader.string("python") ?? python
        language = try reader.string("language") ?? language
        if let stated = json["limits"] { try limits.read(stated, key: "limits") }
        if let stated = json["compileLimits"] { try compileLimits.read(stated, key: "compileLimits") }
        if let table = json["languages"] {
            guard let members = table.objectValue else {
                throw VerifierOptionsError(key: "languages", "expected an object of languages by name")
            }
            languages = try members.map { try Language(name: $0.key, options: $0.value) }
        }
    }

    /// All languages: the standard ones, replaced by those of the same name.
    var table: [Language] {
        Language.standard.filter { known in !languages.contains { $0.name == known.name } } + languages
    }

    /// Option names with one line each, for lists and help.
    static let summaries: [(name: String, summary: String)] = [
        ("score", "all, fraction, or first_n (all)"),
        ("n", "tests counted by first_n (10)"),
        ("stop", "first_failure or never (first_failure when score is all)"),
        ("subset", "run only this many tests, drawn by seed (0: all)"),
        ("seed", "of the subset (0)"),
        ("limits", "object: cpu, wall (seconds), memory, output, disk (bytes), processes, files, inodes"),
        ("compileLimits", "the same for compilers"),
        ("slots", "worker processes (0: one per processor)"),
        ("python", "the Python interpreter (python3)"),
        ("language", "language of rows that name none (python)"),
        ("languages", "object by name: source, compile, artifact, run, aliases, limitsAddressSpace"),
        ("cache", "results kept for identical programs (1024)"),
        ("cache_mb", "memory that they may hold; those used last stay (128)"),
        ("together", "on or off: tests that are programs run beside the program under test (on)"),
        ("unsafe", "run without walls where none can be built (false); every verdict says so"),
    ]
}

extension RunLimits {
    fileprivate mutating func read(_ json: JSONValue, key: String) throws {
        guard let members = json.objectValue else { throw VerifierOptionsError(key: key, "expected an object") }
        let known = ["cpu", "wall", "memory", "output", "processes", "files", "disk", "inodes"]
        try JSONValue.object(members).checkMembers(known, of: key)
        let reader = OptionsReader(json)
        cpu = try reader.double("cpu", default: cpu, in: 0.01...86_400)
        wall = try reader.double("wall", default: wall, in: 0...86_400)
        memory = try reader.int("memory", default: memory, in: 16 << 20...1 << 44)
        output = try reader.int("output", default: output, in: 1...1 << 30)
        processes = try reader.int("processes", default: processes, in: 1...65_536)
        files = try reader.int("files", default: files, in: 8...1 << 20)
        disk = try reader.int("disk", default: disk, in: 4096...1 << 40)
        inodes = try reader.int("inodes", default: inodes, in: 1...1 << 30)
    }
}

extension Language {
    fileprivate init(name: String, options: JSONValue) throws {
        func words(_ key: String) throws -> [String] {
            guard let value = options[key] else { return [] }
            guard let list = value.arrayValue?.map(\.stringValue), !list.contains(nil) else {
                throw VerifierOptionsError(key: "languages.\(name).\(key)", "expected a list of words")
            }
            return list.compactMap(\.self)
        }
        let known = ["source", "compile", "artifact", "run", "aliases", "limitsAddressSpace"]
        guard options.objectValue != nil else {
            throw VerifierOptionsError(
                key: "languages.\(name)", "expected an object with \(known.joined(separator: ", "))")
        }
        try options.checkMembers(known, of: "languages.\(name)")
        guard let source = options["source"]?.stringValue, !source.contains("/") else {
            throw VerifierOptionsError(key: "languages.\(name).source", "expected the name of the source file")
        }
        self.init(
            name: name, source: source, compile: try words("compile"),
            artifact: options["artifact"]?.stringValue ?? "", run: try words("run"))
        guard !run.isEmpty, compile.isEmpty == artifact.isEmpty else {
            throw VerifierOptionsError(
                key: "languages.\(name)", "'run' is needed, and 'artifact' exactly when there is 'compile'")
        }
        aliases = try words("aliases")
        // These reserve much more than they use.
        let called = (compile + run).joined(separator: " ").split { !$0.isLetter }
        let reserving: Set<Substring> = [
            "java", "javac", "kotlinc", "go", "node", "nodejs", "tsc", "mono", "mcs", "dotnet", "julia", "Rscript",
            "rustc", "swiftc",
        ]
        limitsAddressSpace = !called.contains { reserving.contains($0) }
        if let given = options["limitsAddressSpace"] {
            guard let flag = given.boolValue else {
                throw VerifierOptionsError(
                    key: "languages.\(name).limitsAddressSpace", "expected true or false, not \(given.text)")
            }
            limitsAddressSpace = flag
        }
    }
}
