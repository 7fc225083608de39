import Experience
import Foundation
import GRDB
import JSON
import Testing

@testable import Verifiers

/// What a stranger's verifier may get wrong: it is that verifier's error, on the items it was given, and on no others.
@Suite struct VerifierContractTests {
    /// Right where the response is the answer; gives `surplus` verdicts too many for a batch with the response "odd".
    struct Miscounting: Verifier {
        var name = "mine"
        let version = "1"
        var surplus: Int

        func verify(_ item: VerificationItem) async -> Verdict {
            item.completion.text == item.problem.answer ? .correct() : .incorrect()
        }

        func verify(_ items: [VerificationItem]) async -> [Verdict] {
            var verdicts: [Verdict] = []
            for item in items { verdicts.append(await verify(item)) }
            guard items.contains(where: { $0.completion.text == "odd" }) else { return verdicts }
            if surplus > 0 { return verdicts + Array(repeating: .correct(), count: surplus) }
            return Array(verdicts.dropFirst(min(-surplus, verdicts.count)))
        }
    }

    private static func items(_ responses: [String], fields: JSONValue = .object([])) -> [VerificationItem] {
        responses.enumerated().map { index, response in
            VerificationItem(
                problem: Problem(id: "\(index)", answer: "right", fields: JSONRow(fields)),
                completion: Completion(text: response))
        }
    }

    @Test(arguments: [-3, -1, 1, 3])
    func anotherNumberOfVerdictsIsAnErrorOfTheseItems(surplus: Int) async {
        let verdicts = await Miscounting(surplus: surplus).verdicts(of: Self.items(["right", "odd", "wrong"]))
        #expect(verdicts.count == 3)
        for verdict in verdicts {
            #expect(verdict.outcome == .verifierError && verdict.reason == "verdictCount" && verdict.score == nil)
            #expect(verdict.explanation?.contains("'mine' gave \(3 + surplus) verdicts for 3 items") == true)
        }
        #expect(await Miscounting(surplus: surplus).verdicts(of: []).isEmpty)
    }

    @Test(arguments: [-3, -1, 1])
    func noVerdictMovesToAnotherCompletionOfTheStore(surplus: Int) async throws {
        let (store, run, scoring) = try await Self.store(["odd", "right", "right", "wrong", "right", "wrong"])
        let stage = VerifyStage(store: store, run: run, scoring: scoring, verifier: Miscounting(surplus: surplus))
        let count = try await stage.verify(retryingErrors: false, jobs: 2) { _ in }
        #expect(count == 6)
        let kept = try await Self.verdicts(store)
        #expect(
            kept == [
                "odd verdictCount", "right verdictCount", "right verdictCount",
                "wrong different", "right equal", "wrong different",
            ])
    }

    @Test(arguments: [-3, -1, 1])
    func everyRowComesOutWithItsOwnVerdict(surplus: Int) async throws {
        let path = NSTemporaryDirectory() + "rows-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: path) }
        let text = ["odd", "right", "wrong", "right"].map { #"{"response":"\#($0)","answer":"right"}"# + "\n" }.joined()
        try Data(text.utf8).write(to: URL(fileURLWithPath: path))
        let lines = try await LineReader(path: path).next(maxLines: 10)
        let verification = RowVerification(verifier: Miscounting(surplus: surplus), mapping: RowMapping(), jobs: 2)
        let rows = try await verification.verify(lines).split(separator: 0x0A).map {
            try JSONValue(parsing: $0)
        }
        #expect(rows.map { $0["response"]?.stringValue } == ["odd", "right", "wrong", "right"])
        #expect(
            rows.map { $0["verdict"]?["reason"]?.stringValue }
                == ["verdictCount", "verdictCount", "different", "equal"])
    }

    @Test(arguments: [-3, -1, 1])
    func composedVerifiersKeepTheirOtherParts(surplus: Int) async {
        let parts = [
            CombinedVerifier.Part(Miscounting(name: "a", surplus: surplus)),
            CombinedVerifier.Part(Miscounting(name: "b", surplus: 0)),
        ]
        let items = Self.items(["odd", "right", "wrong"])
        let summed = await CombinedVerifier(.sum, of: parts).verdicts(of: items)
        #expect(summed.allSatisfy { $0.reason == "verdictCount" && $0.components["a"] == .some(nil) })
        #expect(summed.map { $0.components["b"] } == [0, 1, 0])
        let first = await CombinedVerifier(.first, of: parts).verdicts(of: items)
        #expect(first.map(\.score) == [0, 1, 0])
        let routed = RouteVerifier(
            field: "kind", routes: ["a": Miscounting(surplus: surplus), "b": Miscounting(surplus: 0)], fallback: nil)
        let mixed =
            Self.items(["odd", "right"], fields: ["kind": "a"]) + Self.items(["wrong", "right"], fields: ["kind": "b"])
        #expect(
            await routed.verdicts(of: mixed).map(\.reason) == ["verdictCount", "verdictCount", "different", "equal"])
    }

    @Test func trustToolsSurviveIt() async {
        for surplus in [-1, 1] {
            let red = await RedTeam(Miscounting(surplus: surplus), seeds: SeedProblem.texts)
            #expect(red.holes.isEmpty)
            let check = await ContractCheck(
                Miscounting(surplus: surplus), items: Self.items(["odd", "right", "wrong"]))
            #expect(check.results.first { $0.name == "one verdict per item" }?.holds == false)
        }
    }

    /// Components and times that are no numbers.
    struct Undefined: Verifier {
        let name = "undefined"
        let version = "1"

        func verify(_ item: VerificationItem) async -> Verdict { .correct() }

        func verify(_ items: [VerificationItem]) async -> [Verdict] {
            items.map { _ in
                var verdict = Verdict.correct(score: 9e299)
                verdict.components = ["nan": .nan, "inf": -.infinity, "null": nil, "one": 1]
                verdict.milliseconds = .nan
                return verdict
            }
        }
    }

    @Test func whatIsNotFiniteIsNull() async {
        let verdict = await Undefined().verdicts(of: Self.items(["x"]))[0]
        #expect(verdict.components == ["nan": nil, "inf": nil, "null": nil, "one": 1])
        #expect(verdict.milliseconds == 0 && verdict.score == 9e299)
        let parts = (0..<2).map { CombinedVerifier.Part(Undefined(), name: "p\($0)") }
        let sum = await CombinedVerifier(.sum, of: parts).verdicts(of: Self.items(["x"]))[0]
        #expect(sum.outcome == .verifierError)
    }

    /// Says that it was asked, and then waits until nobody wants to know.
    struct Hanging: Verifier {
        let name = "hanging"
        let version = "1"
        let asked: AsyncStream<Void>.Continuation

        func verify(_ item: VerificationItem) async -> Verdict {
            if item.completion.text == "right" { return .correct() }
            asked.yield()
            try? await Task.sleep(for: .seconds(3600))
            return .cancelled
        }
    }

    @Test(.timeLimit(.minutes(1)))
    func whatACancelledTaskLeftIsNotKeptAndWhatItJudgedIs() async throws {
        let (store, run, scoring) = try await Self.store(["right", "hang", "right", "right"])
        let (asked, bell) = AsyncStream<Void>.makeStream()
        let stage = VerifyStage(store: store, run: run, scoring: scoring, verifier: Hanging(asked: bell))
        let task = Task { try await stage.verify(retryingErrors: false, jobs: 2) { _ in } }
        for await _ in asked.prefix(1) { task.cancel() }
        await #expect(throws: CancellationError.self) { try await task.value }
        let kept = try await Self.verdicts(store)
        #expect(kept.allSatisfy { $0 == "right equal" } && (1..<4).contains(kept.count), "\(kept)")
        let left = try await store.unverified(run: run, scoring: scoring, after: 0, limit: 10, retryingErrors: false)
        #expect(left.count + kept.count == 4)
    }

    @Test(.timeLimit(.minutes(1)))
    func aPartThatNobodyWaitsForIsNoZero() async {
        let (asked, bell) = AsyncStream<Void>.makeStream()
        let parts = [
            CombinedVerifier.Part(Miscounting(name: "a", surplus: 0)),
            CombinedVerifier.Part(Hanging(asked: bell), name: "b"),
        ]
        for missing in MissingPart.allCases {
            let task = Task {
                await CombinedVerifier(.sum, of: parts, missing: missing).verdicts(of: Self.items(["x"]))
            }
            for await _ in asked.prefix(1) { task.cancel() }
            let verdict = await task.value[0]
            #expect(verdict.outcome == .verifierError && verdict.reason == "cancelled", "\(missing): \(verdict)")
        }
    }

    @Test func strangersAreAskedThroughVerdictsAlone() throws {
        let root = #filePath.components(separatedBy: "/Tests/")[0] + "/Sources"
        let files = try #require(FileManager.default.enumerator(atPath: root))
        for case let file as String in files where file.hasSuffix(".swift") {
            // One item has one verdict by its type; the check of the contract asks for what may be wrong.
            if file.hasSuffix("Trust/ContractCheck.swift") { continue }
            let text = try String(contentsOfFile: root + "/" + file, encoding: .utf8)
            #expect(!text.contains(/erifier\.verify\((?!item\b)/), "\(file)")
        }
    }

    // MARK: Store

    private static func store(_ responses: [String]) async throws -> (Store, Run, Scoring) {
        let path = NSTemporaryDirectory() + "contract-\(UUID().uuidString).sqlite"
        let store = try Store(path: path, access: .create)
        let run = try await store.run(named: "r", config: [:], seed: 0, isSimulated: false)
        var sampling = SamplingParameters()
        sampling.n = responses.count
        try await store.addGroups(
            run: run, from: 0, problems: [Problem(id: "p", answer: "right")], sampling: sampling)
        try await store.record(
            responses.enumerated().map {
                SampledCompletion(ordinal: 0, completion: Completion(index: $0, text: $1))
            }, run: run)
        return (store, run, try await store.scoring(verifier: "mine", version: "1", options: [:]))
    }

    /// Each judged completion's text with its verdict's reason, in the order of completions.
    private static func verdicts(_ store: Store) async throws -> [String] {
        try await store.read { db in
            try String.fetchAll(
                db,
                sql:
                    "SELECT text || ' ' || reason FROM completions JOIN verdicts USING(completion_id) ORDER BY completion_id"
            )
        }
    }

    @Test func howFastVerdictsAreMadeIsNoPartOfAScoring() throws {
        let parts: JSONValue = [["verifier": "code", "options": ["slots": 2, "timeout": 3]], "math"]
        let options: JSONValue = ["rule": "first", "parts": parts, "workers": 4, "cache": "judge.jsonl"]
        let kept: JSONValue = [["verifier": "code", "options": ["timeout": 3]], "math"]
        #expect(VerifierRegistry.identity(of: options) == ["rule": "first", "parts": kept])
    }
}
