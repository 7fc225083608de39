import Experience
import Foundation
import GRDB
import JSON
import Testing

@Suite struct StoreSnapshotTests {
    /// The three groups of the fixture, the completions 1 to 6; every text is "x", no answer is right.
    private func filled(_ changes: String = "") async throws -> FilledStore {
        let fixture = try await FilledStore()
        if !changes.isEmpty { try await fixture.store.write { try $0.execute(sql: changes) } }
        return fixture
    }

    private static func array(_ completion: Int, _ kind: String, _ source: String, _ values: [Float], _ more: String)
        -> String
    {
        let bytes = values.littleEndianData.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
        return """
            INSERT INTO tokens(completion_id, kind, source, dtype, rows, data, policy_version, cols)
            VALUES(\(completion), '\(kind)', '\(source)', '<f4', \(values.count), x'\(bytes)', \(more));
            """
    }

    /// Python's json writes what is no JSON; a loss that diverged costs its own point of the curve.
    @Test func metricsThatAreNoNumbersAreGaps() async throws {
        let fixture = try await filled()
        let lease = try #require(
            try await fixture.store.lease(run: fixture.run, trainer: "t", milliseconds: 100, now: 0))
        try await fixture.store.end(lease, outcome: .done, policyVersion: 1, run: fixture.run, now: 1)
        try await fixture.store.write {
            try $0.execute(
                sql: "UPDATE leases SET metrics = ? WHERE outcome = 'done'",
                arguments: [#"{"loss \"NaN\"": NaN, "kl": -Infinity, "lr": [Infinity, 0.5]}"#])
        }
        let steps = try await fixture.store.snapshot { [run = fixture.run] in try $0.stepReports(run: run, limit: 9) }
        #expect(steps.map(\.metrics) == [["loss \"NaN\"": .null, "kl": .null, "lr": [.null, 0.5]]])
    }

    /// SQLite would make 0 of it.
    @Test func aTextWhereANumberStandsIsRefusedByName() async throws {
        let fixture = try await filled("UPDATE completions SET n_tokens = 'many' WHERE completion_id = 2")
        let error = await #expect(throws: StoreError.self) {
            try await fixture.store.snapshot { [run = fixture.run] in
                try $0.forEachCompletion(of: run, scoring: nil, set: nil) { _ = try $0.tokens }
            }
        }
        #expect(
            error?.message.contains("column n_tokens in the row with completion_id 2") == true,
            "\(String(describing: error))")
        #expect(error?.kind == .damaged)
    }

    /// Candidates of no width are not taken for the trainer's own.
    @Test func entropiesAreKnownFromTheTrainerFirst() async throws {
        let fixture = try await filled(
            Self.array(1, "top_logprob", "sampler", [-1, -2], "0, 2")
                + Self.array(1, "entropy", "trainer", [0.25], "1, 1")
                + Self.array(1, "entropy", "trainer", [0.5], "2, 1")
                + Self.array(2, "top_logprob", "sampler", [-1, -2], "0, 2")
                + Self.array(3, "top_logprob", "sampler", [-1], "0, 0"))
        let found = try await fixture.store.snapshot { store in
            try ([1, 2, 3, 4] as [Int64]).map { key -> String in
                switch try store.entropySource(of: key) {
                case .trainer(let values): "trainer \(values)"
                case .candidates(let values, let width): "candidates \(values) by \(width)"
                case nil: "none"
                }
            }
        }
        #expect(found == ["trainer [0.5]", "candidates [-1.0, -2.0] by 2", "candidates [-1.0] by 0", "none"])
    }

    @Test func theNewestArrayOfAKindIsFound() async throws {
        let fixture = try await filled(
            Self.array(1, "logprob", "trainer", [-1], "1, 1") + Self.array(1, "logprob", "trainer", [-2], "3, 1")
                + Self.array(1, "logprob", "reference", [-4], "0, 1"))
        let (values, has) = try await fixture.store.snapshot { store in
            let arrays = try store.arrays(kind: "logprob", source: "trainer")
            return (
                [try arrays.newest(of: 1), try arrays.newest(of: 2)],
                try ["trainer", "reference", "critic"].map {
                    try store.hasArray(kind: "logprob", source: $0, run: fixture.run)
                }
            )
        }
        #expect(values == [[-2], nil])
        #expect(has == [true, true, false])
    }

    @Test func keptEntropiesAreReplacedAndNoLongerLacking() async throws {
        let fixture = try await filled(
            Self.array(1, "logprob", "sampler", [-1, -3], "0, 1") + Self.array(4, "logprob", "sampler", [-2], "0, 1"))
        let (store, run) = (fixture.store, fixture.run)
        let lacking = { try await store.snapshot { try $0.tokensLackingEntropy(run: run, after: 0, limit: 9) } }
        #expect(try await lacking().map(\.completion) == [1, 4])
        #expect(try await lacking().map(\.logprobs_T) == [[-1, -3], [-2]])
        for mean in [7.0, 2.0] {
            try await store.record([(1, StoredEntropy(kind: "sampled", mean: mean), 2)])
        }
        #expect(try await lacking().map(\.completion) == [4])
        let means = try await store.snapshot { store in
            var means: [Double?] = []
            try store.forEachCompletion(of: run, scoring: nil, set: nil) { means.append(try $0.entropy?.mean) }
            return means
        }
        #expect(means == [2, nil, nil, nil, nil, nil])
    }

    /// A group is offered until a batch of the set has it, and only when all its completions are there.
    @Test func groupsAreOfferedOnceAndWhole() async throws {
        let fixture = try await filled("UPDATE groups SET wanted_n = 3 WHERE ordinal = 1")
        let (store, run) = (fixture.store, fixture.run)
        let other = try await store.addAdvantageSet(
            run: run, scoring: fixture.scoring, estimator: "rloo", parameters: [:])
        let (packed, fresh, count) = try await store.snapshot { store in
            (
                try store.unpackedGroups(run: run, set: fixture.set, from: 0, limit: 9).map(\.ordinal),
                try store.unpackedGroups(run: run, set: other, from: 0, limit: 9).map(\.ordinal),
                try store.packedGroupCount(set: fixture.set)
            )
        }
        #expect(packed == [] && fresh == [0, 2] && count == 3)
    }
}
