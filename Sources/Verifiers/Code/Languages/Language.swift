/// How programs of one language are built and run.
public struct Language: Sendable, Hashable {
    /// The name that rows and options use.
    public var name: String
    /// Other names for it.
    public var aliases: [String] = []
    /// What the source file is called.
    public var source: String
    /// The compiler's command, without a path to look in PATH; empty for languages that need none.
    public var compile: [String] = []
    /// The file that the compiler leaves, which is what is run.
    public var artifact = ""
    /// The command that runs a program. Empty means: in the warm Python interpreter.
    public var run: [String]
    /// Whether its runtime works in a limited address space.
    public var limitsAddressSpace = true

    /// A language of the configuration's table.
    public init(name: String, source: String, compile: [String] = [], artifact: String = "", run: [String]) {
        self.name = name
        self.source = source
        self.compile = compile
        self.artifact = artifact
        self.run = run
    }

    /// The languages known from the start.
    public static let standard: [Language] = {
        var python = Language(name: "python", source: "main.py", run: [])
        python.aliases = ["py", "python3", "PYTHON3"]
        var c = Language(
            name: "c", source: "main.c", compile: ["gcc", "-O2", "-std=gnu17", "-o", "main", "main.c", "-lm"],
            artifact: "main", run: ["./main"])
        c.aliases = ["C"]
        var cpp = Language(
            name: "cpp", source: "main.cpp", compile: ["g++"] + cppFlags + ["-o", "main", "main.cpp"],
            artifact: "main", run: ["./main"])
        cpp.aliases = ["c++", "cc", "CPP", "C++"]
        var javascript = Language(name: "javascript", source: "main.js", run: ["node", "main.js"])
        javascript.aliases = ["js", "node", "nodejs"]
        javascript.limitsAddressSpace = false
        var bash = Language(name: "bash", source: "main.sh", run: ["bash", "main.sh"])
        bash.aliases = ["sh", "shell"]
        return [python, c, cpp, javascript, bash]
    }()

    /// Flags that decide whether a precompiled header fits.
    static let cppFlags = ["-O2", "-std=gnu++17"]
}
