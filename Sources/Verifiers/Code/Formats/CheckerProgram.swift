import JSON

/// A program that a row declares to judge outputs, where more than one is right.
///
/// It is told three files, as testlib's checkers are (https://github.com/MikeMirzayanov/testlib): what the program under
/// test read, what it wrote, and the row's own answer. It runs in a box of its own, after the program's is gone.
struct CheckerProgram: Hashable, Sendable {
    /// A file that it is given beside its source, for example `testlib.h`.
    struct File: Hashable, Sendable {
        var name: String
        var text: String
    }

    /// One of the three files, by the word that a row's `arguments` uses.
    enum Argument: String, CaseIterable, Sendable {
        case input, output, answer

        var file: String { rawValue + ".txt" }
    }

    var language: String
    var source: String
    var arguments: [Argument] = [.input, .output, .answer]
    var files: [File] = []
    /// Its verdict is the number that it prints, 1 for a right answer, and not its exit code.
    var printsScore = false

    /// A Python program that is told input, answer and output, and prints a score: open-r1's.
    init(scoring source: String) {
        language = "python"
        self.source = source
        arguments = [.input, .answer, .output]
        printsScore = true
    }

    /// A C++ program for testlib, as CodeContests+ has them, with a header of ours where the row brings none.
    init(testlib source: String) {
        language = "cpp"
        self.source = source
        if source.contains("testlib.h") { files = [File(name: "testlib.h", text: TestlibHeader.text)] }
    }

    /// What its exit code says; nil is a failure of its own.
    static func accepts(exitCode: Int32) -> Bool? {
        switch exitCode {
        case 0: true
        // Wrong answer, presentation, dirt after the answer, unexpected end: testlib's codes for a wrong output.
        case 1, 2, 4, 8: false
        default: nil
        }
    }

    /// Reads `{"type": "program", "language": …, "source": …, "arguments": […], "files": {…}}`.
    init(_ json: JSONValue) throws {
        try json.requireKeys(
            ["type", "source", "code", "program", "language", "arguments", "files"], of: "checker")
        try json.requireTexts("language")
        guard let source = (json["source"] ?? json["code"] ?? json["program"])?.stringValue else {
            throw CodeRowError(description: "a checker of type 'program' needs 'source', the program's text")
        }
        self.source = source
        language = json["language"]?.stringValue ?? "python"
        if let stated = json["arguments"] {
            let words = stated.arrayValue?.map { $0.stringValue.flatMap(Argument.init) } ?? [nil]
            guard !words.contains(nil) else {
                throw CodeRowError(description: "'checker.arguments' must be a list of input, output, answer")
            }
            arguments = words.compactMap(\.self)
        }
        if let files = json["files"], !files.isNull, files.objectValue == nil {
            throw CodeRowError(description: "'checker.files' must be texts by plain file name")
        }
        for member in json["files"]?.objectValue ?? [] {
            guard let text = member.value.stringValue, !member.key.contains("/") else {
                throw CodeRowError(description: "'checker.files' must be texts by plain file name")
            }
            files.append(File(name: member.key, text: text))
        }
        if source.contains("testlib.h"), !files.contains(where: { $0.name == "testlib.h" }) {
            files.append(File(name: "testlib.h", text: TestlibHeader.text))
        }
    }
}
