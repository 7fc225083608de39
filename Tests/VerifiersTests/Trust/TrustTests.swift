import Experience
import JSON
import Testing

@testable import Verifiers

@Suite struct TrustTests {
    @Test func naivePatternHasHoles() async throws {
        let report = await RedTeam(try VerifierRegistry.standard.make("regex"), seeds: SeedProblem.numbers)
        #expect(report.usedSeeds == 12)
        #expect(report.holes.count >= 5, "\(report.holes.map(\.hack.name))")
    }

    /// Every kind of twins is tried on golds that are paid in two spellings, and no twin is paid, whatever the numbers.
    @Test(arguments: [0, 1, 2026, .max] as [UInt64])
    func mathPaysForNoTwins(seed: UInt64) async throws {
        let report = await RedTeam(try VerifierRegistry.standard.make("math"), seeds: [], seed: seed)
        #expect(
            report.holes.isEmpty,
            "\(report.holes.map { ($0.hack.name, $0.paid.map { ($0.problem.gold, $0.response) }) })")
        #expect(report.findings.allSatisfy { $0.failures.isEmpty })
        let tried = Set(report.findings.filter { $0.tried > 0 }.map(\.hack.name))
        for kind in FormulaTwins.all { #expect(tried.contains(kind.name), "\(kind.name) was not tried") }
    }

    @Test func otherVerifiersAreNotTriedWithFormulas() async throws {
        let report = await RedTeam(try VerifierRegistry.standard.make("exact"), seeds: [])
        #expect(report.findings.map(\.hack.name) == RewardHack.all.map(\.name))
    }

    @Test func aVerifierThatComparesDoublesHasHoles() async throws {
        let report = await RedTeam(Doubles(), seeds: [], seed: 3)
        #expect(report.holes.contains { $0.hack.name == "tail" }, "\(report.findings.map(\.hack.name))")
    }

    /// Compares numbers as doubles, as many do.
    private struct Doubles: Verifier {
        let name = "doubles"
        let version = "1"

        func verify(_ item: VerificationItem) async -> Verdict {
            let text = item.completion.text.split(separator: "{").last?.split(separator: "}").first ?? ""
            return Double(text) != nil && Double(text) == item.problem.answer.flatMap(Double.init)
                ? .correct() : .incorrect()
        }
    }

    @Test func aListHoldsTheGoldAmongDifferentWrongAnswers() throws {
        let hack = try #require(RewardHack.all.first { $0.name == "list" })
        let seed = SeedProblem(question: "q", gold: "g", wrong: ["a", "b", "c"])
        let responses = hack.responses(seed, { "=\($0)" })
        #expect(responses == ["=a, g, b", "=a, b, c, g", "={a, g, b}"])
    }

    @Test func choiceHasNone() async throws {
        let report = await RedTeam(try VerifierRegistry.standard.make("choice"), seeds: SeedProblem.choices)
        #expect(report.usedSeeds > 0)
        #expect(report.holes.isEmpty, "\(report.holes.map { ($0.hack.name, $0.paid.map(\.response)) })")
    }

    @Test func auditCounts() throws {
        var audit = Audit()
        for (label, verdict) in [
            (true, Verdict.correct()), (true, .incorrect()), (false, .correct()), (false, .incorrect()),
            (false, .noAnswer()), (true, .timeout()),
        ] {
            let row = JSONRow(["expected": .bool(label), "category": label ? "a" : "b"])
            let item = VerificationItem(problem: Problem(id: "1", fields: row), completion: Completion(text: ""))
            let hasLabel = audit.add(VerifiedRow(item: item, group: "1", verdict: verdict))
            #expect(hasLabel)
        }
        #expect(audit.counts.falsePositives == 1 && audit.counts.negatives == 3)
        #expect(audit.counts.falseNegatives == 1 && audit.counts.positives == 2 && audit.counts.failures == 1)
        #expect(audit.byCategory.map(\.category) == ["a", "b"] && audit.examples.count == 3)
    }

    @Test func kappa() {
        let agreement = Agreement(
            [.correct, .correct, .incorrect, .timeout], [.correct, .incorrect, .incorrect, .correct])
        #expect(agreement.both == 3 && agreement.agreed == 2 && agreement.firstOnly == 1)
        // po = 2/3, pe = 2/3 * 1/3 + 1/3 * 2/3 = 4/9.
        #expect(agreement.kappa.map { abs($0 - 0.4) < 1e-12 } == true)
        #expect(Agreement([.correct], [.correct]).kappa == nil)
    }

    @Test func contract() async throws {
        let check = await ContractCheck(try VerifierRegistry.standard.make("exact"), items: SeedProblem.samples)
        #expect(check.results.allSatisfy { $0.holds == true }, "\(check.results)")
    }

    /// An item that each built-in verifier can judge: options, response, answer and record.
    private static let judgeable: [(String, JSONValue, String, String?, JSONValue)] = [
        ("exact", [:], "42", "42", [:]), ("text", [:], "Paris", "Paris", ["aliases": ["City of Light"]]),
        ("text", ["metric": "f1"], "Paris", "Paris", [:]), ("regex", ["pattern": "(a+)+$"], "aaaa", "aaaa", [:]),
        ("regex", [:], "x 42", "4\\d", [:]), ("numeric", [:], "42", "42", [:]), ("format", [:], "x", nil, [:]),
        ("length", ["max": 10], "x", nil, [:]), ("length", ["unit": "characters"], "x", nil, [:]),
        ("repetition", [:], "a b c d e", nil, [:]), ("json", [:], "{\"a\": 1}", "{\"a\": 1}", [:]),
        ("json", ["schema": ["type": "object"]], "{}", nil, [:]),
        ("classification", ["labels": ["good", "bad"]], "good", "good", [:]),
        ("ranking", [:], "a, b, c", "a, b, c", [:]), ("citation", [:], "[1]", "1", [:]),
        ("grounding", [:], "[0, 0, 1, 1]", "0, 0, 1, 1", [:]),
        ("grounding", ["task": "point"], "(0, 0)", "0, 0, 1, 1", [:]),
        ("countdown", [:], "3 * 5", nil, ["numbers": [3, 5], "target": 15]),
        ("sudoku", [:], "1234 3412 2143 4321", nil, ["puzzle": "1..4 3... .... ...."]),
        ("zebra", [:], "{\"House 1\": {\"Name\": \"Ann\"}}", "{\"House 1\": {\"Name\": \"Ann\"}}", [:]),
        ("patch", [:], "-a\n+b", "-a\n+b", [:]),
        (
            "ifeval", [:], "x", nil,
            [
                "instruction_id_list": [
                    "punctuation:no_comma", "length_constraints:number_sentences",
                    "detectable_format:number_highlighted_sections", "language:response_language",
                    "change_case:english_lowercase", "detectable_format:title", "combination:two_responses",
                ],
                "kwargs": [
                    [:], ["num_sentences": 1, "relation": "at least"], ["num_highlights": 1], ["language": "en"], [:],
                    [:], [:],
                ],
            ]
        ),
        ("combine", ["parts": ["exact", "length"], "rule": "sum"], "42", "42", [:]),
    ]

    @Test("No hostile text breaks, stalls or is a failure of any built-in verifier", arguments: judgeable.indices)
    func hostileTexts(index: Int) async throws {
        let (name, options, response, answer, fields) = Self.judgeable[index]
        let verifier = try VerifierRegistry.standard.make(name, options: options)
        let item = VerificationItem(
            problem: Problem(id: "1", answer: answer, fields: JSONRow(fields)), completion: Completion(text: response))
        #expect(await verifier.verify([item])[0].outcome.isScored, "\(name)")
        for (hostile, text) in ContractCheck.hostileTexts {
            var attack = item
            attack.completion.text = text
            let found = await verifier.verify([attack])
            #expect(found.count == 1 && found[0].outcome.isScored, "\(name), \(hostile): \(found)")
            attack = item
            attack.problem.answer = text
            let gold = await verifier.verify([attack])
            #expect(gold.count == 1, "\(name), \(hostile) as gold")
        }
        await verifier.shutdown()
    }

    @Test(
        "Denied and flooded answers are not paid",
        arguments: [
            ("numeric", "not 42", "denied"), ("numeric", "It isn't 42", "denied"), ("numeric", "-42", "different"),
            ("numeric", "This is not hard. It is 42", "equal"), ("numeric", "not 41, but 42", "denied"),
            ("numeric", String(repeating: "(", count: 50_000) + "42", "budget"),
            ("text", String(repeating: "(", count: 50_000) + "42", "budget"), ("text", "a 42", "equal"),
            ("text", "42 a", "different"),
        ])
    func unpaid(name: String, response: String, reason: String) async throws {
        let found = try await verdict(name, response, gold: "42")
        #expect(found.reason == reason, "\(found)")
    }

    @Test func deniedLabels() async throws {
        let options: JSONValue = ["labels": ["good", "bad", "not bad"]]
        #expect(
            try await verdict("classification", "It is not good", gold: "good", options: options).reason == "denied")
        #expect(
            try await verdict("classification", "It is not bad", gold: "not bad", options: options).outcome == .correct)
    }
}
