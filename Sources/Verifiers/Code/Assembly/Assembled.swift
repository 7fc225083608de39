/// Program and tests of one language put together: files, the shell script that builds and runs them, and what must be seen.
struct Assembled {
    /// The script's exit code when the build failed.
    static let buildFailed: Int32 = 97

    var files: [ProgramRun.File] = []
    /// Lines of the shell; each that fails ends the script.
    var build: [String] = []
    var run = ""
    var environment: [String] = []
    /// Tests by name, known before the program is read; empty where the tests are one program that is seen to reach its end.
    var expected: [String] = []
    /// The tests import packages that take long to build.
    var needsGoCache = false
    /// The program reaches for the tests: why, for a person.
    var tampering: String?
    /// The row's tests cannot be run so, or prove nothing: why.
    var fault: RowFault?

    /// The whole script.
    var script: String {
        var lines = ["exec 2>&1"]
        if !build.isEmpty {
            lines.append(
                "( \(build.joined(separator: " && ")) ) </dev/null 3>&- >build.log 2>&1 || { cat build.log; exit 97; }")
        }
        return (lines + [run]).joined(separator: "\n") + "\n"
    }

    mutating func add(_ path: String, _ text: String) {
        files.removeAll { $0.name == path }
        files.append(.init(name: path, bytes: Array(text.utf8)))
    }
}

/// A secret of one run, as words that no program can guess: names of its own and what it must write.
struct RunSecret {
    /// Lower-case letters and digits, for identifiers.
    let word: String

    init() {
        var random = SystemRandomNumberGenerator()
        word = String((0..<24).map { _ in Array("abcdefghijklmnopqrstuvwxyz")[Int.random(in: 0..<26, using: &random)] })
    }

    /// The evidence of a run: each expected test, then the end; nil when the channel holds anything else.
    func evidence(in bytes: [UInt8]) -> (passed: Set<String>, failed: [String], isDone: Bool)? {
        var passed: Set<String> = []
        var failed: [String] = []
        var isDone = false
        for line in String(decoding: bytes, as: UTF8.self).split(separator: "\n") {
            let words = line.split(separator: " ", maxSplits: 2)
            guard words.count >= 2, words[0] == word, !isDone else { return nil }
            switch words[1] {
            case "ran" where words.count == 3: passed.insert(String(words[2]))
            case "failed" where words.count == 3: failed.append(String(words[2]))
            case "done": isDone = true
            default: return nil
            }
        }
        return (passed, failed, isDone)
    }
}

/// How the tests of one language are put together with a program.
enum SuiteAssembly {
    /// nil for a language without one.
    static func assembled(
        _ suite: TestSuite, program: String, language: String, secret: RunSecret
    ) -> Assembled? {
        switch language {
        case "cpp", "c": CppSuite.assembled(suite, program: program, secret: secret, isC: language == "c")
        case "rust": RustSuite.assembled(suite, program: program, secret: secret)
        case "go": GoSuite.assembled(suite, program: program, secret: secret)
        case "java": JavaSuite.assembled(suite, program: program, secret: secret)
        case "javascript": NodeSuite.assembled(suite, program: program, secret: secret, isTyped: false)
        case "typescript": NodeSuite.assembled(suite, program: program, secret: secret, isTyped: true)
        case "bash": ScriptSuite.bash(suite, program: program, secret: secret)
        case "perl": ScriptSuite.perl(suite, program: program, secret: secret)
        case "ruby": ScriptSuite.ruby(suite, program: program, secret: secret)
        case "php": ScriptSuite.php(suite, program: program, secret: secret)
        case "lua": ScriptSuite.lua(suite, program: program, secret: secret)
        case "r": ScriptSuite.r(suite, program: program, secret: secret)
        case "csharp": JavaSuite.csharp(suite, program: program, secret: secret)
        default: nil
        }
    }

    /// Program and tests in one text, in the languages of braces: a response may be the whole function or go on where the prompt
    /// stopped, and tests may begin with the brace that closes it.
    static func joined(_ suite: TestSuite, program: String, comment: String = "//") -> (program: String, tests: String)
    {
        var program = program
        var tests = suite.source
        let source = SourceText(program, comment: comment)
        if let prompt = suite.prompt, !repeats(prompt, program) {
            // Only the body: what the prompt opened, it or the tests close.
            program = prompt + "\n" + program
            return (program, tests)
        }
        let start = tests.drop { $0.isWhitespace }
        if start.first == "}", source.openBraces <= 0 { tests = String(start.dropFirst()) }
        return (program, tests)
    }

    // Whether the program has the function that the prompt declares last.
    private static func repeats(_ prompt: String, _ program: String) -> Bool {
        let lines = prompt.split(separator: "\n").map { String($0).trimmed }
        guard let declaration = lines.last(where: { $0.hasSuffix("{") }) else { return true }
        let words = declaration.split { !$0.isLetter && !$0.isNumber && $0 != "_" }
        guard let paren = declaration.firstIndex(of: "(") else { return true }
        let before = declaration[..<paren].split { !$0.isLetter && !$0.isNumber && $0 != "_" }
        guard let name = before.last ?? words.first else { return true }
        return program.split { !$0.isLetter && !$0.isNumber && $0 != "_" }.contains(name)
    }
}

/// Source text without what only looks like code: comments and the insides of strings as spaces.
struct SourceText {
    /// As long as the text, byte for byte.
    let code: String
    /// Opening braces less closing ones.
    let openBraces: Int

    init(_ text: String, comment: String = "//") {
        var out: [UInt8] = []
        let bytes = Array(text.utf8)
        let mark = Array(comment.utf8)
        var index = 0
        var depth = 0
        var quote: UInt8?
        while index < bytes.count {
            let byte = bytes[index]
            if let open = quote {
                if byte == UInt8(ascii: "\\") {
                    out.append(32)
                    index += 1
                } else if byte == open || (byte == 10 && open != UInt8(ascii: "`")) {
                    quote = nil
                }
                out.append(byte == 10 ? 10 : 32)
            } else if bytes[index...].starts(with: mark),
                mark.count > 1 || index == 0 || bytes[index - 1] == 32 || bytes[index - 1] == 10
            {
                while index < bytes.count, bytes[index] != 10 {
                    out.append(32)
                    index += 1
                }
                if index < bytes.count { out.append(10) }
            } else if mark.count == 2, bytes[index...].starts(with: Array("/*".utf8)) {
                while index < bytes.count, !bytes[index...].starts(with: Array("*/".utf8)) {
                    out.append(bytes[index] == 10 ? 10 : 32)
                    index += 1
                }
                index += 1
                if index <= bytes.count { out += [32, 32] }
            } else {
                // A lone quote may be a lifetime or a separator of digits: it is one only where it ends on its line soon.
                let isCharacter =
                    byte == UInt8(ascii: "'") && bytes[(index + 1)...].prefix(4).dropFirst().contains(byte)
                if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "`") || isCharacter { quote = byte }
                if byte == UInt8(ascii: "{") { depth += 1 }
                if byte == UInt8(ascii: "}") { depth -= 1 }
                out.append(quote == nil ? byte : 32)
            }
            index += 1
        }
        code = String(decoding: out, as: UTF8.self)
        openBraces = depth
    }

    /// Identifiers, each once.
    var words: Set<Substring> { Set(code.split { !$0.isLetter && !$0.isNumber && $0 != "_" }) }

    /// Whether these words follow each other, with nothing but spaces between.
    func has(_ words: String...) -> Bool {
        let found = code.split { !$0.isLetter && !$0.isNumber && $0 != "_" && $0 != "!" }
        guard found.count >= words.count else { return false }
        return (0...(found.count - words.count)).contains { start in
            zip(found[start...], words).allSatisfy { $0 == $1 }
        }
    }
}
