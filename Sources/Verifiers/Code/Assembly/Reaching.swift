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
    /// Why a pass says nothing, for a person; nil where there is no such word.
    static func reason(_ program: String, of suite: TestSuite, language: String) -> String? {
        let row = (suite.prompt ?? "") + suite.prologue + suite.source
        let words = everywhere + (marks[language] ?? [])
        if let word = words.first(where: { program.contains($0) && !row.contains($0) }) {
            return "it has '\(word.trimmed)', by which a program reaches what judges it"
        }
        // Where a function's text can be read, the tests' own functions are read by name.
        guard ["bash", "r"].contains(language) else { return nil }
        let source = SourceText(program, comment: "#")
        if let name = functions(of: suite.source, language).first(where: { name in
            // A program with tests of its own defines the name itself.
            program.contains(name) && !source.has("function", name) && !source.code.contains("\(name)()")
                && !source.code.contains("\(name) <-")
        }) {
            return "it names the tests' own '\(name)'"
        }
        return nil
    }

    private static func functions(of tests: String, _ language: String) -> [String] {
        let code = SourceText(tests, comment: "#").code
        func isOfName(_ character: Character) -> Bool {
            character.isLetter || character.isNumber || character == "_" || character == "."
        }
        let names = code.ranges(of: language == "r" ? " <- function" : "() {").map { range in
            String(code[..<range.lowerBound].reversed().prefix(while: isOfName).reversed())
        }
        // What is called otherwise may be any word.
        return names.filter { $0.lowercased().contains("test") }
    }
}
