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

    /// Tools that its commands call by name, beside their first words: looked for in PATH and shown in the box.
    var tools: [String] = []
    /// A program that prints `ok`: where this does not work, the toolchain does not.
    package var sample = ""
    /// Debian's package of its tools.
    var package = ""
    /// What to do where its tools are missing.
    var remedy: String { package.isEmpty ? "install it" : "install it (Debian: \(package))" }

    /// A language of the configuration's table.
    public init(name: String, source: String, compile: [String] = [], artifact: String = "", run: [String]) {
        self.name = name
        self.source = source
        self.compile = compile
        self.artifact = artifact
        self.run = run
    }
}
