/// Words by which a program finds the tests, their channel or its own text within its process. Hardly an honest program has a use
/// for them, and none is proof: what passes with one of them, where the row has it not, has no verdict.
enum Reaching {
    // Processes, descriptors, and what else leads around a language's own walls.
    private static let everywhere = ["/proc/", "/dev/fd"]
    private static let marks: [String: [String]] = [
        "c": ["incbin", "mprotect"], "cpp": ["incbin", "mprotect"],
        "go": ["go:linkname", "go:embed", "Mprotect"],
        "rust": ["include_str", "include_bytes", "include!", "mprotect", "link_section"],
        "java": ["sun.misc", "Unsafe"], "kotlin": ["sun.misc", "Unsafe"], "csharp": ["DllImport"],
        "bash": [
            "declare -f", "declare -pf", "typeset -f", "BASH_EXECUTION_STRING", "BASH_COMMAND", "BASH_FUNC",
            "expand_aliases", "alias ", "$(set)", "/fd/",
        ],
        "perl": ["B::", "PadWalker", "Devel::"],
        "ruby": ["ObjectSpace", "TracePoint", "InstructionSequence", "SCRIPT_LINES__", "set_trace_func"],
        "php": ["php://fd", "ReflectionFunction", "runkit", "FFI::"],
        "lua": ["package.", "string.dump"],
        "r": [
            "unlockBinding", "assignInNamespace", "makeActiveBinding", "sys.function", "sys.calls", "baseenv", "`!`",
            "`if`",
            "`==`", "`(`", "`{`", "trace(",
        ],
    ]
    // What stands before the name of something that tests define.
    private static let declaring = ["function", "def", "func", "fn", "sub", "class", "local function"]

    /// Why a pass says nothing, for a person; nil where there is no such word.
    static func reason(_ program: String, of suite: TestSuite, language: String) -> String? {
        let row = (suite.prompt ?? "") + suite.prologue + suite.source
        let words = everywhere + (marks[language] ?? [])
        if let word = words.first(where: { program.contains($0) && !row.contains($0) }) {
            return "it has '\(word.trimmed)', by which a program reaches what judges it"
        }
        let source = SourceText(program, comment: SuiteAssembly.comment(of: language))
        let asked = SourceText(suite.prompt ?? "", comment: SuiteAssembly.comment(of: language)).words
        if let name = defined(in: suite.source, language).first(where: { name in
            // In a text or in the code; a program with tests of its own defines the name itself.
            program.contains(name) && !asked.contains(name[...])
                && !declaring.contains { source.has($0, name) } && !source.code.contains("\(name)()")
                && !source.code.contains("\(name) <-")
        }) {
            return "it names the tests' own '\(name)'"
        }
        return nil
    }

    private static func defined(in tests: String, _ language: String) -> [String] {
        let code = SourceText(tests, comment: SuiteAssembly.comment(of: language)).code
        let found = code.split { !$0.isLetter && !$0.isNumber && $0 != "_" }
        var names = zip(found, found.dropFirst()).filter { declaring.contains(String($0.0)) }.map { String($0.1) }
        for range in code.ranges(of: language == "r" ? " <- function" : "() {") {
            names.append(
                String(
                    code[..<range.lowerBound].reversed().prefix { $0.isLetter || $0.isNumber || $0 == "_" || $0 == "." }
                        .reversed()))
        }
        // Words of one's own: what is short may be anything.
        return names.filter { $0.count >= 7 && $0 != "candidate" }
    }
}
