import Experience
import JSON
import Testing
import Verifiers

@Suite struct GoldCheckTests {
    private static func problem(_ answer: String?, _ fields: JSONValue = .object([])) -> Problem {
        Problem(id: answer ?? "none", answer: answer, fields: JSONRow(fields))
    }

    @Test(arguments: [
        ("math", "7", "x^{"), ("choice", "B", "seven"), ("numeric", "3.5", "three"), ("json", #"{"a": 1}"#, "{a"),
        ("ranking", "a, b", "a"), ("citation", "[1]", "none"), ("grounding", "0, 0, 1, 1", "0, 0"),
        ("zebra", #"{"a": "b"}"#, "no"), ("patch", "+ a", "a"), ("regex", "[a-z]+", "["),
    ])
    func eachVerifierReadsItsOwnGold(_ name: String, _ good: String, _ bad: String) async throws {
        let verifier = try VerifierRegistry.standard.make(name)
        #expect(await verifier.goldFault(of: Self.problem(good)) == nil)
        #expect(await verifier.goldFault(of: Self.problem(bad)) != nil)
        // Through the existential, as every caller asks.
        let check = await GoldCheck(verifier, [Self.problem(good), Self.problem(bad), Self.problem(bad)])
        #expect(check.checked == 3 && check.unreadable == 2 && check.examples.map(\.index) == [1, 2])
    }

    @Test func recordsAreReadWhereTheyHoldTheGold() async throws {
        let code = try VerifierRegistry.standard.make("code")
        let tests: JSONValue = ["tests": [["input": "", "output": "1"]]]
        #expect(await code.goldFault(of: Self.problem(nil, tests)) == nil)
        #expect(await code.goldFault(of: Self.problem(nil, ["tests": []])) != nil)
        #expect(await code.goldFault(of: Self.problem(nil))?.reason.contains("no tests") == true)
        await code.shutdown()
        let ifeval = try VerifierRegistry.standard.make("ifeval")
        #expect(await ifeval.goldFault(of: Self.problem(nil)) != nil)
    }

    @Test func verifiersThatNeedNoAnswerHaveNoFault() async throws {
        for name in ["format", "length", "repetition"] {
            let verifier = try VerifierRegistry.standard.make(name)
            #expect(await verifier.goldFault(of: Self.problem(nil)) == nil, "\(name)")
        }
    }

    @Test func aCombinationFailsWithThePartItNeeds() async throws {
        func fault(_ options: JSONValue) async throws -> String? {
            try await VerifierRegistry.standard.make("combine", options: options)
                .goldFault(of: Self.problem("seven"))?.reason
        }
        let parts: JSONValue = ["choice", "exact"]
        #expect(try await fault(["parts": parts])?.hasPrefix("part 'choice': ") == true)
        #expect(try await fault(["parts": parts, "missing": "skip"]) == nil)
        #expect(try await fault(["parts": parts, "rule": "first"]) == nil)
        #expect(try await fault(["parts": ["choice", "numeric"], "missing": "skip"]) != nil)
    }

    /// Answers that their own verifier does not pay.
    @Test(arguments: [("choice", "B or C"), ("numeric", "at least 9 of 12"), ("math", "}7{")])
    func aGoldThatIsNotEqualToItself(_ name: String, _ gold: String) async throws {
        let fault = try await VerifierRegistry.standard.make(name).goldFault(of: Self.problem(gold))
        #expect(fault != nil, "\(name): \(gold)")
    }

    @Test func severalGoldsOfARowAreReadOneByOne() async throws {
        let verifier = try VerifierRegistry.standard.make("math")
        var check = GoldCheck(verifier)
        let problems = [#"["12", "y^{"]"#, "[1, 2]", #"["y^{", "\\frac{7}"]"#].map { Self.problem($0) }
        let findings = await check.add(problems)
        #expect(check.checked == 3 && check.golds == 5 && check.unreadable == 1)
        #expect(findings.map(\.index) == [0, 2, 2] && findings.map(\.gold) == ["y^{", "y^{", "\\frac{7}"])
        #expect(check.byKind == [.noFormula: 3])
        let json = await GoldCheck(try VerifierRegistry.standard.make("json"), problems)
        #expect(json.golds == 3)
        // A second call goes on where the first ended.
        #expect(await check.add([Self.problem("y^{")]).map(\.index) == [3])
    }

    @Test func onlySoManyExamplesAndSoMuchTime() async throws {
        let verifier = try VerifierRegistry.standard.make("choice")
        let many = (0..<100).map { Self.problem("answer \($0)") }
        let check = await GoldCheck(verifier, many)
        #expect(check.unreadable == 100 && check.examples.count == 3)
        #expect(await GoldCheck(verifier, many, seconds: -1).checked == 0)
    }

    @Test(
        arguments: [
            (["parts": [["verifier": "math", "wieght": 2]]], "parts.0.wieght", "did you mean 'weight'?"),
            (["parts": [["verifier": "math", "name": 2]]], "parts.0.name", "expected a text"),
            (["parts": ["math"], "undecided": ["noAnswer"]], "undecided", "only with first"),
            (
                ["parts": [["verifier": "math", "weight": 2]], "rule": "product"], "parts.0.weight",
                "no effect with rule product"
            ),
        ] as [(JSONValue, String, String)])
    func keysOfPartsAreChecked(_ options: JSONValue, _ key: String, _ message: String) throws {
        let error = #expect(throws: VerifierOptionsError.self) {
            _ = try VerifierRegistry.standard.make("combine", options: options)
        }
        #expect(error?.key == key && error?.message.contains(message) == true, "\(error?.description ?? "")")
    }

    @Test func keysOfRoutesLanguagesAndCommandsAreChecked() throws {
        for (name, options, key) in [
            ("route", ["routes": ["a": ["verifier": "math", "option": [:]]]], "routes.a.option"),
            ("code", ["languages": ["x": ["source": "a.x", "run": ["a"], "alias": ["y"]]]], "languages.x.alias"),
            ("code", ["limits": ["walls": 3]], "limits.walls"),
            ("command", ["command": "a", "environment": "A=1"], "environment"),
            ("command", ["command": "a", "show": ["/x"]], "show"),
        ] as [(String, JSONValue, String)] {
            let error = #expect(throws: VerifierOptionsError.self) {
                _ = try VerifierRegistry.standard.make(name, options: options)
            }
            #expect(error?.key == key, "\(error?.description ?? "")")
        }
    }
}
