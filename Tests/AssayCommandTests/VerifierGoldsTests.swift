import JSON
import Testing

/// `assay verifier golds` as a process.
@Suite struct VerifierGoldsTests {
    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func golds(_ rows: String, _ arguments: String...) async throws -> AssayProcess.Result {
        let path = try folder.write(rows, to: "golds.jsonl")
        return try await AssayProcess.run(["verifier", "golds", path, "--quiet"] + arguments)
    }

    private static let mixed = """
        {"id": "a", "answer": "41"}
        {"id": "b", "answer": "concave down on $(3, 8)$", "response": "7"}

        {"id": "c", "answer": null}
        {"id": "d", "answer": ["6", "y^{"]}
        """

    @Test func listsFileLineIdGoldKindAndReason() async throws {
        let result = try await golds(Self.mixed)
        #expect(result.code == 1, "\(result.errors)")
        let lines = result.output.split(separator: "\n").map(String.init)
        #expect(lines.count == 8, "\(result.output)")
        #expect(
            lines[0].hasSuffix(
                "golds.jsonl:2: id 'b', gold 'concave down on $(3, 8)$': words_beside_formula: "
                    + "words stand beside a formula of the gold: 'concave down on'"))
        #expect(lines[1].hasSuffix("golds.jsonl:4: id 'c', gold absent: absent: the problem has no answer"))
        #expect(
            lines[2].hasSuffix("golds.jsonl:5: id 'd', gold 'y^{': no_formula: the gold is no formula that is read"))
        #expect(lines[7].hasPrefix("5 golds in 4 rows of ") && lines[7].contains("hold 3 that cannot be judged by"))
    }

    @Test func oneObjectOfJSON() async throws {
        let result = try await golds(Self.mixed, "--json")
        #expect(result.code == 1)
        let json = try JSONValue(parsing: result.output.utf8)
        #expect(json["findings"]?.arrayValue?.map { $0["line"]?.intValue } == [2, 4, 5])
        #expect(json["findings"]?.arrayValue?.first?["kind"]?.stringValue == "words_beside_formula")
        #expect(json["golds"]?.intValue == 5 && json["rows"]?.intValue == 4 && json["unreadable"]?.intValue == 3)
        #expect(json["kinds"]?["absent"]?.intValue == 1)
        let clean = try await golds(#"{"gold": "41"}"#, "--json")
        #expect(clean.code == 0)
        #expect(try JSONValue(parsing: clean.output.utf8)["findings"]?.arrayValue?.isEmpty == true)
    }

    @Test func linesAreRightBeyondTheFirstThousand() async throws {
        let rows = (1...2500).map { #"{"answer": "\#($0 == 2000 ? "y^{" : String($0))"}"# }
        let result = try await golds(rows.joined(separator: "\n"), "--json")
        let json = try JSONValue(parsing: result.output.utf8)
        #expect(json["findings"]?.arrayValue?.map { $0["line"]?.intValue } == [2000] && json["rows"]?.intValue == 2500)
    }

    @Test func readsStandardInputAndNamedFields() async throws {
        let result = try await AssayProcess.run(
            ["verifier", "golds", "-", "--answer-field", "key", "--id-field", "nr", "--quiet"],
            input: #"{"nr": 9, "key": "\\frac{5}", "answer": "3"}"# + "\n")
        #expect(result.code == 1 && result.output.hasPrefix("-:1: id '9', gold '\\frac{5}': no_formula"), "\(result)")
    }

    @Test func otherVerifiersReadTheirOwn() async throws {
        let tests = #"{"id": 1, "tests": [{"input": "1", "output": "2"}]}"# + "\n" + #"{"id": 2, "tests": []}"#
        let code = try await golds(tests, "--verifier", "code")
        #expect(code.code == 1 && code.output.contains("golds.jsonl:2: id '2', gold absent: unreadable: "), "\(code)")
        let choice = try await golds(#"{"answer": "C"}"#, "--verifier", "choice")
        #expect(choice.code == 0 && choice.output.contains("can all be judged by"), "\(choice)")
    }

    @Test(
        arguments: [
            ([], "golds.jsonl: no rows", ""), ([], "golds.jsonl:1: ", "not a row"),
            (["--answer-field", "anser"], "no field 'anser'; did you mean 'answer'?", #"{"answer": "1"}"#),
            (["--verifier", "maths"], "did you mean 'math'?", #"{"answer": "1"}"#),
            (["--option", "roundin=exact"], "did you mean 'rounding'?", #"{"answer": "1"}"#),
            (["--jsno"], "--jsno", #"{"answer": "1"}"#),
            ([], "no field for --answer-field", #"{"question": "1"}"#),
        ] as [([String], String, String)])
    func badUsageIsRefused(_ arguments: [String], _ message: String, _ rows: String) async throws {
        let path = try folder.write(rows, to: "golds.jsonl")
        let result = try await AssayProcess.run(["verifier", "golds", path] + arguments)
        #expect(result.code == 2 && result.errors.contains(message), "\(result)")
    }

    /// The preflight counts what the command lists.
    @Test func thePreflightAgrees() async throws {
        let rows = Self.mixed.split(separator: "\n").map { $0.dropLast() + #", "prompt": "?"}"# }.joined(
            separator: "\n")
        try folder.write(rows, to: "problems.jsonl")
        try folder.write(
            """
            name: t
            store: \(folder.file("t.sqlite"))
            sampling: {n: 2, max_tokens: 32}
            rollout: {endpoints: ["http://127.0.0.1:9"]}
            dataset: {path: \(folder.file("problems.jsonl"))}
            """, to: "config.yaml")
        let doctor = try await AssayProcess.run(["doctor", folder.file("config.yaml")], folder: folder.path)
        #expect((doctor.output + doctor.errors).contains("2 of 4 rows cannot be judged by 'math'"), "\(doctor)")
    }
}
