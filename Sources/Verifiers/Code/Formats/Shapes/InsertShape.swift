import Foundation
import JSON

/// SandboxFusion's samples and NaturalCodeBench: `test` is JSON with the tests' `code`, in which `#<INSERT>` is the program's
/// place, and `asset` files in base64.
enum InsertShape: CodeRowShape {
    static let name = "SandboxFusion, NaturalCodeBench"
    static let recognisedBy = "test as JSON with code and asset"

    private static let mark = "#<INSERT>"

    static func read(_ row: JSONValue, _ context: ShapeContext) throws -> CodeTask? {
        let test: JSONValue
        switch row["test"] {
        case .string(let text)? where text.utf8.first == UInt8(ascii: "{"):
            guard let parsed = try? JSONValue(parsing: text.utf8) else { return nil }
            test = parsed
        case .object(let members)?: test = .object(members)
        default: return nil
        }
        guard let code = test["code"]?.stringValue else { return nil }
        let labels = row["labels"].flatMap { try? TestPairs.parsed($0, "labels") }
        let stated = (labels?["programming_language"] ?? labels?["execution_language"])?.stringValue
        let language =
            context.language ?? stated.flatMap { LanguageName.canonical($0) } ?? LanguageName.ofTests(code) ?? "python"
        var suite = TestSuite(source: code, entryPoint: nil)
        if let place = code.range(of: mark) {
            suite.prologue = String(code[..<place.lowerBound])
            suite.source = String(code[place.upperBound...])
        }
        for member in test["asset"]?.objectValue ?? [] {
            guard let text = member.value.stringValue else { continue }
            suite.files.append(.init(path: try TestSuite.File.checked(member.key), bytes: Self.bytes(text)))
        }
        var task = CodeTask(language: language, tests: .suite(suite))
        guard language == "python" else { return task }
        Self.enterRunner(&suite)
        let prologue = suite.prologue
        task.prompt = prologue.allSatisfy(\.isWhitespace) ? nil : prologue
        suite.prologue = ""
        if suite.files.isEmpty {
            task.setAsserts(suite.source, entryPoint: nil)
        } else {
            task.tests = .suite(suite)
        }
        return task
    }

    // Tests in a file of their own, started by `unittest.main("name")`: the file is what is run, and imports the program by a
    // name that the code copies it to.
    private static func enterRunner(_ suite: inout TestSuite) {
        guard let start = suite.source.range(of: "unittest.main(\"") else { return }
        let name = suite.source[start.upperBound...].prefix { $0 != "\"" }
        guard let file = suite.files.first(where: { $0.path == name + ".py" }) else { return }
        suite.modules = suite.source.split(separator: "\"").filter { $0.hasSuffix(".py") }.map {
            String($0.dropLast(3))
        }
        suite.source = String(decoding: file.bytes, as: UTF8.self)
    }

    private static func bytes(_ text: String) -> [UInt8] {
        guard text.utf8.count % 4 == 0, let data = Data(base64Encoded: text) else { return Array(text.utf8) }
        return Array(data)
    }
}

extension TestSuite.File {
    /// A path that stays below the folder it is laid into; throws `CodeRowError`.
    static func checked(_ path: String) throws -> String {
        let parts = path.split(separator: "/", omittingEmptySubsequences: false)
        guard !path.isEmpty, path.utf8.count < 200, !parts.contains(where: { $0.isEmpty || $0 == "." || $0 == ".." }),
            !path.utf8.contains(0)
        else { throw CodeRowError(description: "'\(path.prefix(60))' is no path of a file below the program's folder") }
        return path
    }

    /// Files that are an object of texts by path.
    static func read(_ value: JSONValue?) throws -> [Self] {
        guard let value, !value.isNull else { return [] }
        guard let members = value.objectValue else {
            throw CodeRowError(description: "'files' must be an object of texts by path")
        }
        return try members.map { member in
            guard let text = member.value.stringValue else {
                throw CodeRowError(description: "the file '\(member.key.prefix(60))' must be a text")
            }
            return Self(path: try checked(member.key), bytes: Array(text.utf8))
        }
    }
}
