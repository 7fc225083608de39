import Testing

/// `assay verify --explain` as a process: the two texts as they stand, and why there is no answer.
@Suite struct VerifyExplainTests {
    private func explain(_ arguments: String...) async throws -> AssayProcess.Result {
        try await AssayProcess.run(["verify"] + arguments)
    }

    @Test(arguments: [
        ["--explain", "-5", "so \\boxed{-5}"], ["--explain", "--", "-5", "so \\boxed{-5}"],
        ["--explain", "-\\frac12", "\\boxed{-0.5}"], ["--explain", "-x", "\\boxed{-x}"],
        ["--verifier", "math", "--explain", "-7", "-7"], ["--explain", "-o", "-o", "--verifier", "exact"],
        ["--explain", "-\\infty", "- as x grows, \\boxed{-\\infty}", "--option", "rounding=exact"],
    ])
    func textsMayBeginWithAMinus(_ arguments: [String]) async throws {
        let result = try await AssayProcess.run(["verify"] + arguments)
        #expect(result.code == 0 && result.output.contains("correct (equal)"), "\(result)")
    }

    @Test(arguments: [
        (["--explain", "-5", "-5", "--jsno"], "--jsno"), (["--explian", "-5", "-5"], "--explain"),
        (["--explain", "-5"], "a gold answer and a prediction"), (["--explain"], "explain"),
        (["--explain", "4", "--json"], "a gold answer and a prediction"),
    ])
    func otherFlagsAreRefused(_ arguments: [String], _ message: String) async throws {
        let result = try await AssayProcess.run(["verify"] + arguments)
        #expect(result.code == 2 && result.errors.contains(message), "\(result)")
    }

    @Test(arguments: [
        (
            "Wir rechnen und rechnen und kommen doch zu keinem Ende damit.",
            ["box", "no \\boxed", "<answer>", "####", "phrase", "none of", "formula", "number"]
        ),
        ("thus \\boxed{12 + ", ["box", "not closed: it opens at byte 5", "the box at byte 5 is not closed"]),
        ("<think>maybe \\boxed{12}", ["<think>", "not closed: it opens at byte 0", "<think> at byte 0 is not closed"]),
        ("<think>a</think>\\boxed{ }", ["looked in", "bytes 16 to 25 of 25", "empty"]),
        ("Hmm <answer></answer>", ["<answer>", "empty at byte 4"]), ("", ["looked in", "all 0 bytes"]),
        (
            "It might have been 12 but then I ran out of ideas about",
            ["number", "12 at byte 19 does not count: the text breaks off after it"]
        ),
    ])
    func whyThereIsNoAnswer(_ response: String, _ words: [String]) async throws {
        let result = try await explain("--explain", "12", response)
        #expect(result.code == 0 && result.output.contains("noAnswer (noAnswer)"), "\(result)")
        for word in words { #expect(result.output.contains(word), "\(word): \(result.output)") }
    }

    @Test func requiredBoxesAreSaid() async throws {
        let result = try await explain("--explain", "12", "The answer is 12.", "--option", "require_boxed=true")
        #expect(result.output.contains("not looked: require_boxed"), "\(result)")
    }
}
