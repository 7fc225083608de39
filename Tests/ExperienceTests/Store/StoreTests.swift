import Experience
import Foundation
import GRDB
import JSON
import Testing

@Suite struct StoreTests {
    let folder: TemporaryFolder
    let store: Store
    let run: Run

    init() async throws {
        folder = try TemporaryFolder()
        store = try Store(path: folder.file("experience.sqlite"), access: .create)
        run = try await store.run(named: "r", config: ["a": 1], seed: .max, isSimulated: true)
    }

    static func problems(_ count: Int) -> [Problem] {
        (0..<count).map { Problem(id: "p\($0)", dataset: "d", prompt: .text("What is \($0)?"), answer: "\($0)") }
    }

    static func sample(_ ordinal: Int, _ index: Int) -> SampledCompletion {
        var completion = Completion(index: index, text: "it is \(ordinal)")
        completion.tokenIDs = [5, 6, 7]
        completion.logprobs = [-0.5, -1.5, 0]
        completion.tokenCount = 3
        return SampledCompletion(ordinal: ordinal, completion: completion, promptIDs: [1, 2])
    }

    func sampling(_ n: Int) -> SamplingParameters {
        var sampling = SamplingParameters()
        sampling.n = n
        return sampling
    }

    @Test func keepsEachSampleOnceAndKnowsWhatIsMissing() async throws {
        try await store.addGroups(run: run, from: 0, problems: Self.problems(3), sampling: sampling(4))
        #expect(try await store.record([Self.sample(1, 0), Self.sample(1, 2), Self.sample(1, 2)], run: run) == 2)
        #expect(try await store.record([Self.sample(1, 2)], run: run) == 0)
        let pending = try await store.pendingGroups(run: run, from: 0, limit: 10)
        #expect(pending.map(\.ordinal) == [0, 1, 2])
        #expect(pending[1].missing == [1, 3])
        #expect(pending[1].problem == Self.problems(3)[1])
        try await store.record([Self.sample(1, 1), Self.sample(1, 3)], run: run)
        #expect(try await store.pendingGroups(run: run, from: 0, limit: 10).map(\.ordinal) == [0, 2])
    }

    @Test func aCancelledTaskKeepsWhatItHas() async throws {
        try await store.addGroups(run: run, from: 0, problems: Self.problems(1), sampling: sampling(2))
        let task = Task { [store, run] in
            withUnsafeCurrentTask { $0?.cancel() }
            try await store.record([Self.sample(0, 0)], run: run)
            try await store.record(partials: [Self.sample(0, 1)], run: run)
        }
        try await task.value
        #expect(try await store.pendingGroups(run: run, from: 0, limit: 1)[0].missing == [1])
        #expect(try await store.partialCount(run: run) == 1)
    }

    @Test func keepsBeginningsUntilTheirSamplesAreWhole() async throws {
        try await store.addGroups(run: run, from: 0, problems: Self.problems(2), sampling: sampling(3))
        try await store.record([Self.sample(0, 1)], run: run)
        var part = Self.sample(0, 2)
        part.completion.finish = .abort
        part.completion.logprobKind = .processed
        part.completion.weightSpans = [WeightSpan(version: 4, tokens: 0..<3)]
        try await store.record(partials: [part, Self.sample(0, 1)], run: run)
        let pending = try await store.pendingGroups(run: run, from: 0, limit: 10)
        #expect(pending.map(\.missing) == [[0, 2], [0, 1, 2]])
        let kept = try #require(pending[0].partials.first)
        #expect(pending[0].partials.count == 1 && pending[1].partials.isEmpty)
        #expect(kept.completion.tokenIDs == part.completion.tokenIDs && kept.completion.finish == .abort)
        #expect(kept.completion.logprobs == part.completion.logprobs && kept.promptIDs == part.promptIDs)
        #expect(kept.completion.weightSpans == part.completion.weightSpans && kept.completion.logprobKind == .processed)
        try await store.record([Self.sample(0, 2)], run: run)
        #expect(try await store.pendingGroups(run: run, from: 0, limit: 1)[0].partials.isEmpty)
    }

    @Test(arguments: [-1, 0, Int.max, Int.min])
    func aGroupThatWantsNoCountOfSamplesIsNamed(_ wanted: Int) async throws {
        let run = try await store.run(named: "r", config: [:], seed: 1, isSimulated: false)
        try await store.addGroups(run: run, from: 0, problems: Self.problems(2), sampling: sampling(2))
        try await store.write { try $0.execute(sql: "UPDATE groups SET wanted_n = \(wanted)") }
        _ = try await store.sampleCounts(run: run)
        if wanted <= 0 { return }
        let error = await #expect(throws: StoreError.self) {
            _ = try await store.pendingGroups(run: run, from: 0, limit: 10)
        }
        #expect(error?.message.contains("wants \(wanted) samples") == true)
    }

    /// What Python leaves in a file: numpy's integers are BLOBs, a text is kept in any column.
    @Test(arguments: [
        "UPDATE runs SET created_at = x'0100000000000000'", "UPDATE runs SET seed = 'seven'",
        "UPDATE runs SET config = x'FF'", "UPDATE groups SET ordinal = 'x' WHERE ordinal = 0",
        "UPDATE groups SET wanted_n = x'0200000000000000'", "UPDATE problems SET fields = 7.5",
    ])
    func aValueOfAnotherKindIsNamed(_ change: String) async throws {
        let run = try await store.run(named: "r", config: [:], seed: 1, isSimulated: false)
        try await store.addGroups(run: run, from: 0, problems: Self.problems(2), sampling: sampling(2))
        try await store.write { try $0.execute(sql: change) }
        await #expect(throws: (any Error).self, "\(change)") {
            _ = try await store.runs()
            _ = try await store.pendingGroups(run: run, from: 0, limit: 10)
        }
    }

    @Test func arraysAreLittleEndianNumpy() async throws {
        try await store.addGroups(run: run, from: 0, problems: Self.problems(1), sampling: sampling(1))
        try await store.record([Self.sample(0, 0)], run: run)
        let rows = try await store.read { db in
            try Row.fetchAll(db, sql: "SELECT kind, dtype, data FROM tokens ORDER BY kind").map { row -> [String] in
                let data: Data = row["data"]
                return [row["kind"], row["dtype"], data.map { String(format: "%02x", $0) }.joined()]
            }
        }
        #expect(rows == [["ids", "<i4", "050000000600000007000000"], ["logprob", "<f4", "000000bf0000c0bf00000000"]])
    }

    @Test func verdictsAreKeptByScoringAndOurFailuresAreRetried() async throws {
        try await store.addGroups(run: run, from: 0, problems: Self.problems(1), sampling: sampling(3))
        try await store.record((0..<3).map { Self.sample(0, $0) }, run: run)
        let scoring = try await store.scoring(verifier: "v", version: "1", options: ["x": true])
        #expect(try await store.scoring(verifier: "v", version: "1", options: ["x": true]) == scoring)
        let items = try await store.unverified(run: run, scoring: scoring, after: 0, limit: 10, retryingErrors: false)
        #expect(items.map(\.completion.index) == [0, 1, 2])
        let verdicts: [Verdict] = [.correct(), .timeout(), .incorrect()]
        try await store.record(zip(items.map(\.id), verdicts).map { ($0, $1) }, scoring: scoring)
        #expect(try await store.verdictCounts(run: run, scoring: scoring) == (3, 3))
        #expect(
            try await store.unverified(run: run, scoring: scoring, after: 0, limit: 10, retryingErrors: false).isEmpty)
        let retried = try await store.unverified(run: run, scoring: scoring, after: 0, limit: 10, retryingErrors: true)
        #expect(retried.map(\.completion.index) == [1])
        try await store.record([(retried[0].id, .correct())], scoring: scoring)
        #expect(try await store.verdictCounts(run: run, scoring: scoring) == (3, 3))
    }

    @Test("A text with U+0000 is kept whole, in every place that a policy can write to")
    func zeroCharacters() async throws {
        var problem = Self.problems(1)[0]
        problem.answer = "7\0 00"
        var sample = Self.sample(0, 0)
        sample.completion.text = "\\boxed{7}\0 no, \\boxed{9}"
        try await store.addGroups(run: run, from: 0, problems: [problem], sampling: sampling(2))
        try await store.record([sample], run: run)
        var beginning = Self.sample(0, 1)
        beginning.completion.text = "8\0, or"
        try await store.record(partials: [beginning], run: run)
        let scoring = try await store.scoring(verifier: "v", version: "1", options: [:])
        let items = try await store.unverified(run: run, scoring: scoring, after: 0, limit: 9, retryingErrors: false)
        #expect(items.map(\.completion.text) == [sample.completion.text])
        #expect(items.map(\.problem.answer) == [problem.answer])
        let pending = try await store.pendingGroups(run: run, from: 0, limit: 1)
        #expect(pending[0].partials.map(\.completion.text) == [beginning.completion.text])
        // The same data again is the same problem.
        let again = try await store.addGroups(run: run, from: 0, problems: [problem], sampling: sampling(2))
        #expect(again == DataChanges())
        let verdict = Verdict.correct(extracted: "a\0b", explanation: "c\0d")
        try await store.record([(items[0].id, verdict)], scoring: scoring)
        let kept = try await store.read { db in
            try Row.fetchAll(db, sql: "SELECT extracted, explanation FROM verdicts").map { row in
                [try row[stored: "extracted"] as String?, try row[stored: 1] as String?]
            }
        }
        #expect(kept == [["a\0b", "c\0d"]])
    }

    @Test func aStoreThatIsTakenAwayUnderItsWriterIsNoSuccess() async throws {
        try await store.addGroups(run: run, from: 0, problems: Self.problems(1), sampling: sampling(1))
        try FileManager.default.removeItem(atPath: store.path)
        let error = await #expect(throws: StoreError.self) { try await store.record([Self.sample(0, 0)], run: run) }
        #expect(error?.message.contains("removed or replaced") == true)
    }

    @Test func whatDoesNotCountMakesNoOtherScoring() async throws {
        @Sendable func identity(_ options: JSONValue) -> JSONValue { ["kept": options["kept"] ?? .null] }
        let first = try await store.scoring(verifier: "v", version: "1", options: ["kept": 1, "workers": 2])
        let again = try await store.scoring(
            verifier: "v", version: "1", options: ["workers": 3, "kept": 1], identity: identity)
        #expect(again == first)
        let other = try await store.scoring(verifier: "v", version: "1", options: ["kept": 2], identity: identity)
        let newer = try await store.scoring(verifier: "v", version: "2", options: ["kept": 1], identity: identity)
        #expect(Set([first.id, other.id, newer.id]).count == 3)
    }

    @Test func aFailedSampleIsForgottenWhenItSucceeds() async throws {
        try await store.addGroups(run: run, from: 0, problems: Self.problems(1), sampling: sampling(1))
        let failure = SampleFailure(ordinal: 0, index: 0, reason: "connect", message: "refused", attempts: 3)
        try await store.record([failure], run: run)
        let count: @Sendable (Database) throws -> Int? = {
            try Int.fetchOne($0, sql: "SELECT count(*) FROM sample_failures")
        }
        #expect(try await store.read(count) == 1)
        try await store.record([Self.sample(0, 0)], run: run)
        #expect(try await store.read(count) == 0)
    }

    @Test func aScoreContradictingItsOutcomeIsRefusedByTheFileItself() async throws {
        try await store.addGroups(run: run, from: 0, problems: Self.problems(1), sampling: sampling(1))
        try await store.record([Self.sample(0, 0)], run: run)
        let scoring = try await store.scoring(verifier: "v", version: "1", options: [:])
        await #expect(throws: StoreError.self) {
            try await store.write { db in
                try db.execute(
                    sql: """
                        INSERT INTO verdicts(completion_id, scoring_id, outcome, score, reason, milliseconds, at)
                        VALUES(1, ?, 'timeout', 0, '', 0, 0)
                        """, arguments: [scoring.id])
            }
        }
    }

    @Test func oneWriterManyReaders() async throws {
        #expect(throws: StoreError.self) { _ = try Store(path: store.path, access: .write) }
        let reader = try Store(path: store.path, access: .read)
        #expect(try await reader.run(named: nil) == run)
        let error = await #expect(throws: StoreError.self) { _ = try await reader.run(named: "rr") }
        #expect(error?.message.contains("did you mean 'r'") == true)
    }

    @Test func saysWhatIsNotAStore() async throws {
        let text = try folder.write("hello, this is no database at all", to: "a.txt")
        let empty = try folder.write("", to: "empty")
        for (path, words) in [
            (text, "not a SQLite file"), (empty, "nothing is in this store yet"), (folder.file("no"), "no such store"),
        ] {
            let error = #expect(throws: StoreError.self) { _ = try Store(path: path, access: .read) }
            #expect(error?.message.contains(words) == true, "\(String(describing: error))")
        }
    }

    @Test func goesOnWhereTheProcessThatMadeItWasKilled() async throws {
        let path = folder.file("begun.sqlite")
        // What there is between the list of migrations and the first of them.
        try await DatabaseQueue(path: path).write { db in
            try db.execute(sql: "CREATE TABLE grdb_migrations (identifier TEXT NOT NULL PRIMARY KEY)")
        }
        #expect(throws: StoreError.self) { try Store(path: path, access: .read) }
        let store = try Store(path: path, access: .create)
        #expect(try await store.run(named: "r", config: .object([]), seed: 1, isSimulated: false).name == "r")

        let foreign = folder.file("foreign.sqlite")
        try await DatabaseQueue(path: foreign).write { try $0.execute(sql: "CREATE TABLE guests(name)") }
        #expect { try Store(path: foreign, access: .create) } throws: { "\($0)".contains("not an assay store") }
    }

    /// Killed in a transaction before the file had its write-ahead log: a journal is beside it, which nobody who only reads can
    /// roll back.
    @Test(arguments: [Store.Access.create, .write, .read])
    func goesOnBehindAJournal(access: Store.Access) async throws {
        let (written, killed) = (folder.file("written.sqlite"), folder.file("killed.sqlite"))
        do {
            let whole = try Store(path: written, access: .create)
            _ = try await whole.run(named: "r", config: .object([]), seed: 1, isSimulated: false)
        }
        try await DatabaseQueue(path: written).writeWithoutTransaction { db in
            try db.execute(sql: "PRAGMA journal_mode = DELETE; PRAGMA cache_size = 2; BEGIN; CREATE TABLE t(a)")
            for _ in 0..<200 { try db.execute(sql: "INSERT INTO t VALUES(randomblob(20000))") }
            try FileManager.default.copyItem(atPath: written, toPath: killed)
            try FileManager.default.copyItem(atPath: written + "-journal", toPath: killed + "-journal")
            try db.execute(sql: "ROLLBACK")
        }
        let store = try Store(path: killed, access: access)
        #expect(try await store.run(named: "r").name == "r")
        #expect(try await store.read { try $0.tableExists("t") } == false)
    }

    @Test func usesLargePagesAndWAL() async throws {
        let pragmas = try await store.read { db in
            [
                try String.fetchOne(db, sql: "PRAGMA page_size"), try String.fetchOne(db, sql: "PRAGMA journal_mode"),
                try String.fetchOne(db, sql: "PRAGMA foreign_keys"),
            ]
        }
        #expect(pragmas == ["16384", "wal", "1"])
    }

    /// Nothing is written into it or beside it: not its header, no lock.
    @Test func aFileOfAnotherKindIsLeftAsItIs() async throws {
        let other = folder.file("other.sqlite")
        try await DatabaseQueue(path: other).write { try $0.execute(sql: "CREATE TABLE t(a)") }
        for path in [other, try folder.write("text", to: "text")] {
            let before = FileManager.default.contents(atPath: path)
            #expect(throws: StoreError.self) { _ = try Store(path: path, access: .create) }
            #expect(throws: StoreError.self) { try Store.remove(path) }
            #expect(FileManager.default.contents(atPath: path) == before)
            #expect(!FileManager.default.fileExists(atPath: path + ".lock"))
        }
    }

    @Test func aStoreThatIsWrittenToIsNotRemoved() throws {
        let path = folder.file("s.sqlite")
        do {
            let store = try Store(path: path, access: .create)
            _ = withExtendedLifetime(store) {
                #expect(throws: StoreError.self) { try Store.remove(path) }
            }
        }
        try Store.remove(path)
        #expect(try !FileManager.default.contentsOfDirectory(atPath: folder.path).contains { $0.hasPrefix("s.") })
        try Store.remove(path)
    }

    /// Values that somebody wrote into the file: the error says which.
    @Test(arguments: [
        ("UPDATE problems SET fields = '{\"a\"'", "column fields"),
        ("UPDATE problems SET prompt = char(65279)", "column prompt"),
        ("UPDATE runs SET config = 'x'", "column config"),
    ])
    func whatIsNoJSONNamesItsPlace(_ sql: String, _ words: String) async throws {
        try await store.addGroups(run: run, from: 0, problems: Self.problems(2), sampling: sampling(2))
        try await store.write { try $0.execute(sql: sql) }
        let error = await #expect(throws: StoreError.self) {
            _ = try await store.runs()
            _ = try await store.pendingGroups(run: run, from: 0, limit: 10)
        }
        let text = error?.description ?? ""
        #expect(text.hasPrefix(store.path + ": " + words + " in the row with "), "\(text)")
        #expect(text.contains("_id ") && text.contains(" at byte ") && text.contains("restore the file"), "\(text)")
    }

    /// A score that somebody wrote into the file, past its checks.
    @Test func aScoreThatIsNoNumberNamesItsPlace() async throws {
        let filled = try await FilledStore()
        try await filled.store.write { db in
            try db.execute(sql: "PRAGMA ignore_check_constraints = 1")
            try db.execute(sql: "UPDATE verdicts SET score = 9e999 WHERE completion_id = 2")
        }
        let error = await #expect(throws: StoreError.self) {
            try await filled.store.snapshot { [run = filled.run, scoring = filled.scoring] store in
                try store.forEachCompletion(of: run, scoring: scoring, set: nil) { _ = try $0.score }
            }
        }
        #expect(
            error?.description.contains(": column score in the row with completion_id 2 is not a finite number (inf)")
                == true, "\(error as Any)")
    }
}
