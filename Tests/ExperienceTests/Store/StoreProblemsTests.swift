import Experience
import GRDB
import JSON
import Testing

@Suite struct StoreProblemsTests {
    let filled: FilledStore
    var store: Store { filled.store }
    var run: Run { filled.run }

    init() async throws { filled = try await FilledStore() }

    func read(_ problems: [Problem], adds: Bool = true) async throws -> DataChanges {
        try await store.addGroups(run: run, from: 0, problems: problems, sampling: FilledStore.sampling, adds: adds)
    }

    func changing(_ index: Int, _ change: (inout Problem) -> Void) -> [Problem] {
        var problems = FilledStore.problems
        change(&problems[index])
        return problems
    }

    @Test func theSameDataAgainChangesNothing() async throws {
        #expect(try await read(FilledStore.problems) == DataChanges())
        // Another spelling of the same record.
        let respelled = changing(1) { $0.fields = FilledStore.row(#" { "tests" : [1], "id":"\u0070\#(1)" } "#) }
        #expect(try await read(respelled) == DataChanges())
        #expect(try await filled.count("problems") == 3)
        #expect(try await filled.count("verdicts") == 6)
    }

    @Test(arguments: ["answer", "fields", "number", "accent"]) func correctedContentIsJudgedAnew(_ what: String)
        async throws
    {
        let corrected = changing(1) {
            switch what {
            case "answer": $0.answer = "x"
            case "fields": $0.fields = FilledStore.row(#"{"id":"p1","tests":[2]}"#)
            // A program can tell 1 from 1.0.
            case "number": $0.fields = FilledStore.row(#"{"id":"p1","tests":[1.0]}"#)
            default: $0.fields = FilledStore.row(#"{"id":"p1","tests":[1],"word":"é"}"#)
            }
        }
        let changes = try await read(corrected)
        #expect(changes.problems == 1 && changes.verdicts == 2)
        #expect(try await store.sampleCounts(run: run) == (6, 6))
        #expect(try await filled.count("verdicts") == 4)
        #expect(try await read(corrected) == DataChanges())
        let items = try await store.unverified(
            run: run, scoring: filled.scoring, after: 0, limit: 10, retryingErrors: false)
        #expect(items.map(\.ordinal) == [1, 1] && items.map(\.problem) == [corrected[1], corrected[1]])
        #expect(try await filled.judge(run) == 2)
        if what == "accent" {
            let decomposed = changing(1) {
                $0.fields = FilledStore.row("{\"id\":\"p1\",\"tests\":[1],\"word\":\"e\u{301}\"}")
            }
            #expect(try await read(decomposed).verdicts == 2)
        }
        #expect(try await filled.faults() == [])
    }

    @Test func verdictsComeBackWithTheirContent() async throws {
        try await store.write { try $0.execute(sql: "UPDATE verdicts SET reason = 'paid'") }
        #expect(try await read(changing(1) { $0.answer = "x" }).verdicts == 2)
        try await filled.judge(run)
        #expect(try await filled.count("verdicts WHERE reason = 'paid'") == 4)
        #expect(try await read(FilledStore.problems) == DataChanges.of(problems: 1))
        #expect(try await filled.count("verdicts WHERE reason = 'paid'") == 6)
        #expect(try await filled.count("earlier_verdicts") == 2)
        #expect(try await filled.judge(run) == 0)
    }

    @Test func anotherRunKeepsItsOwnRevision() async throws {
        let other = try await store.run(named: "o", config: [:], seed: 2, isSimulated: true)
        let mine = changing(0) { $0.answer = "x" }
        try await store.addGroups(run: other, from: 0, problems: mine, sampling: FilledStore.sampling)
        try await filled.sample(other)
        #expect(try await filled.judge(other) == 6)
        #expect(try await filled.count("problems") == 4)
        // Neither takes the other's verdicts away, however often both are read.
        for _ in 0..<2 {
            #expect(try await read(FilledStore.problems) == DataChanges())
            let changes = try await store.addGroups(
                run: other, from: 0, problems: mine, sampling: FilledStore.sampling)
            #expect(changes == DataChanges())
        }
        // A prompt of its own, too: the sentence that told to use a new store.
        let third = try await store.run(named: "third", config: [:], seed: 2, isSimulated: true)
        let asked = changing(0) { $0.prompt = .text("ask otherwise") }
        try await store.addGroups(run: third, from: 0, problems: asked, sampling: FilledStore.sampling)
        #expect(try await store.pendingGroups(run: third, from: 0, limit: 1).first?.problem == asked[0])
    }

    @Test func advantagesOfOldVerdictsGo() async throws {
        let offline = try await store.addAdvantageSet(
            run: run, scoring: filled.scoring, estimator: "rloo", parameters: [:])
        try await filled.weigh(offline)
        _ = try await read(changing(1) { $0.answer = "x" })
        // Of the set with batches the group's own; of the other all: its groups were weighed together.
        #expect(try await filled.count("advantages WHERE set_id = \(filled.set)") == 4)
        #expect(try await filled.count("advantages WHERE set_id = \(offline)") == 0)
        #expect(try await filled.count("advantage_sets") == 2)
    }

    @Test func batchesThatWaitAreWithdrawnAndOthersStay() async throws {
        let held = try #require(try await store.lease(run: run, trainer: "t", milliseconds: 60_000))
        #expect(try await read(changing(0) { $0.answer = "x" }).batches == 0)
        #expect(try await read(changing(2) { $0.answer = "x" }).batches == 1)
        #expect(try await store.batches(run: run).map(\.state) == [.leased, .expired])
        #expect(try await store.tensors(batch: 2).isEmpty)
        try await store.end(held, outcome: .done, policyVersion: 1, run: run)
        #expect(try await store.lease(run: run, trainer: "t", milliseconds: 60_000) == nil)
        // Its groups can be packed again, under a key of their own.
        #expect(try await filled.pack([2]).id == 3)
    }

    @Test func aBatchWhoseTrainerIsGoneIsWithdrawn() async throws {
        _ = try await store.lease(run: run, trainer: "t", milliseconds: 1, now: Timestamp.now - 60_000)
        #expect(try await read(changing(0) { $0.answer = "x" }).batches == 1)
    }

    @Test func namesMayChange() async throws {
        let renamed = FilledStore.problems.map { problem in
            var problem = problem
            problem.dataset = "train-v2"
            problem.id += "!"
            return problem
        }
        #expect(try await read(renamed) == DataChanges())
        #expect(try await filled.count("verdicts") == 6)
        #expect(try await filled.count("groups JOIN problems USING(problem_id) WHERE dataset = 'train-v2'") == 3)
    }

    @Test func rowsAtTheEndAreNew() async throws {
        let more = FilledStore.problems + [Problem(id: "p3", dataset: "d", prompt: .text("more"))]
        #expect(try await read(more, adds: false) == DataChanges())
        #expect(try await store.groupCount(run: run) == 3)
        #expect(try await read(more) == DataChanges())
        #expect(try await store.pendingGroups(run: run, from: 0, limit: 10).map(\.ordinal) == [3])
    }

    @Test func anotherPromptNeedsNewSamples() async throws {
        let changed = changing(1) { $0.prompt = .text("ask 1, please") }
        let error = await #expect(throws: DataMismatch.self) { try await read(changed) }
        #expect(error?.run == "r" && error?.ordinal == 1 && error?.sampled == "p1" && error?.given == "p1")
        #expect(error?.description.contains("--set name=r-2") == true)
        // Put in, taken out, moved; nothing is changed by what was read before.
        for order in [[0, 2, 1], [1, 2], [0, 0, 1, 2]] {
            var moved = order.map { FilledStore.problems[$0] }
            moved[0].answer = order[0] == 0 ? "x" : moved[0].answer
            await #expect(throws: DataMismatch.self) { try await read(moved) }
        }
        #expect(try await filled.count("verdicts") == 6)
        #expect(try await read(FilledStore.problems) == DataChanges())
    }

    @Test func oneIDIsOnePrompt() async throws {
        let fresh = try await store.run(named: "f", config: [:], seed: 2, isSimulated: true)
        var twice = FilledStore.problems
        twice[2].id = "p0"
        let error = await #expect(throws: StoreError.self) {
            try await store.addGroups(run: fresh, from: 0, problems: twice, sampling: FilledStore.sampling)
        }
        #expect(error?.message.contains("problem 'p0' of 'd' is at position 0 already") == true)
        #expect(try await store.groupCount(run: fresh) == 0)
        // The same prompt again is another epoch of it.
        let epochs = FilledStore.problems + FilledStore.problems
        try await store.addGroups(run: fresh, from: 0, problems: epochs, sampling: FilledStore.sampling)
        #expect(try await store.groupCount(run: fresh) == 6)
    }

    @Test func aPromptThatWasNotSampledMayChange() async throws {
        let fresh = try await store.run(named: "f", config: [:], seed: 2, isSimulated: true)
        try await store.addGroups(run: fresh, from: 0, problems: FilledStore.problems, sampling: FilledStore.sampling)
        let failure = SampleFailure(ordinal: 1, index: 0, reason: "http400", message: "too long", attempts: 1)
        try await store.record([failure], run: fresh)
        try await store.record(
            partials: [SampledCompletion(ordinal: 1, completion: Completion(index: 1, text: "It"))], run: fresh)
        try await store.setAside(run: fresh, ordinal: 1, reason: "http400")
        let shorter = changing(1) { $0.prompt = .chat([ChatMessage(role: "user", content: "1?")]) }
        try await store.addGroups(run: fresh, from: 0, problems: shorter, sampling: FilledStore.sampling)
        let pending = try await store.pendingGroups(run: fresh, from: 0, limit: 10)
        #expect(pending.map(\.problem) == shorter && pending[1].partials.isEmpty)
        #expect(try await filled.count("sample_failures") == 0)
    }

    @Test func aTextWithU0000IsOneText() async throws {
        let odd = Problem(id: "n\0x", dataset: "d", prompt: .text("a\0b"), answer: "1\0 2")
        let fresh = try await store.run(named: "f", config: [:], seed: 2, isSimulated: true)
        try await store.addGroups(run: fresh, from: 0, problems: [odd], sampling: FilledStore.sampling)
        let again = try await store.addGroups(run: fresh, from: 0, problems: [odd], sampling: FilledStore.sampling)
        #expect(again == DataChanges())
        let other = Problem(id: "n\0x", dataset: "d", prompt: .text("a\0b"), answer: "1\0 3")
        let changes = try await store.addGroups(run: fresh, from: 0, problems: [other], sampling: FilledStore.sampling)
        #expect(changes.problems == 1)
        #expect(try await filled.count("problems") == 5)
    }
}

extension DataChanges {
    static func of(problems: Int) -> DataChanges {
        var changes = DataChanges()
        changes.problems = problems
        return changes
    }
}
