import Experience
import Foundation
import GRDB
import JSON
import Optim
import Testing

/// Episodes of several rows: every sampled token is in the batches once, with its episode's advantage.
@Suite struct PieceBatchTests {
    private static func stream(_ ids: [Int32], _ turn: Int) -> TokenStream {
        var completion = Completion(text: "x")
        completion.tokenIDs = ids
        completion.logprobs = ids.map { _ in -0.25 }
        completion.weightSpans = [WeightSpan(version: 3, tokens: 0..<ids.count)]
        var stream = TokenStream()
        _ = stream.append(sampled: completion, turn: turn)
        stream.append(context: [7], .tool, turn: turn, text: "r")
        return stream
    }

    /// Group 2 of the fixture: two episodes, the first of three rows.
    private static func episodes() -> [SampledCompletion] {
        (0..<2).map { index in
            let own = stream([200 + Int32(index), 201], 0)
            var completion = Completion(index: index, text: "x")
            completion.tokenIDs = own.ids_T
            completion.logprobs = own.logprobs_T
            completion.mask = own.mask_T
            completion.weightSpans = own.weightSpans
            let pieces = (0..<(index == 0 ? 2 : 0)).map { number in
                EpisodePiece(
                    promptIDs: [9, 9, Int32(number)], stream: stream([300 + Int32(number), 301, 302], number + 1))
            }
            completion.tokenCount = 2 + 3 * pieces.count
            var sample = SampledCompletion(
                ordinal: 2, completion: completion, promptIDs: index == 0 ? [1, 2] : [5, 6, 7])
            let turns = (0...pieces.count).map { Turn(number: $0, action: Action(text: "x")) }
            var record = EpisodeRecord(
                environment: "agent", version: "1", stop: .done, turns: turns, segments: own.segments)
            record.pieces = pieces
            sample.episode = record
            return sample
        }
    }

    private static func fixture() async throws -> StoreFixture {
        let fixture = try await StoreFixture(groups: 2, n: 2)
        var sampling = SamplingParameters()
        sampling.n = 2
        try await fixture.store.addGroups(
            run: fixture.run, from: 2, problems: [Problem(id: "p2", dataset: "d", prompt: .text("q"))],
            sampling: sampling)
        try await fixture.store.record(episodes(), run: fixture.run)
        let found = try await fixture.store.unverified(
            run: fixture.run, scoring: fixture.scoring, after: 0, limit: 100, retryingErrors: false)
        let verdicts = found.map { ($0.id, $0.completion.index == 0 ? Verdict.correct() : .incorrect()) }
        try await fixture.store.record(verdicts, scoring: fixture.scoring)
        return fixture
    }

    private static func batch(_ fixture: StoreFixture, _ options: OptimizeOptions) async throws -> [String: Data] {
        let set = try await fixture.optimize(options).set
        let packed = try await BatchStage(store: fixture.store, run: fixture.run, set: set, options: options)
            .run(includesPartial: true)
        let batch = try #require(packed.batches.first)
        #expect(packed.batches.count == 1 && packed.dropped.isEmpty)
        let tensors = try await fixture.store.tensors(batch: batch.id)
        return Dictionary(tensors.map { ($0.name, $0.data) }) { first, _ in first }
    }

    @Test func everyRowIsPackedWithTheAdvantageOfItsEpisode() async throws {
        let fixture = try await Self.fixture()
        let columns = try await Self.batch(fixture, fixture.options { $0.batchGroups = 8 })
        let pieces: [Int32] = try #require(columns["pieces"]).elements()
        #expect(pieces == [0, 0, 0, 0, 0, 1, 2, 0])
        let ids: [Int32] = try #require(columns["token_ids"]).elements()
        let mask: [UInt8] = try #require(columns["loss_mask"]).elements()
        let trained = zip(ids, mask).filter { $1 == 1 }.map(\.0).filter { $0 >= 200 }
        #expect(
            trained.sorted() == [
                200, 201, 201, 201, 300, 301, 301, 301, 302, 302,
            ])
        let prompts: [Int32] = try #require(columns["prompt_ids"]).elements()
        // The group's prompt is that of its first episode; the second has its own.
        #expect(Array(prompts.suffix(11)) == [1, 2, 9, 9, 0, 9, 9, 1, 5, 6, 7])
        let advantages: [Float] = try #require(columns["advantages"]).elements()
        #expect(Set(advantages.suffix(14).prefix(11)).count == 1)
        let completions: [Int64] = try #require(columns["completions"]).elements()
        #expect(completions[4] == completions[5] && completions[5] == completions[6])
    }

    @Test func anEpisodeIsOneRowToTheLoss() async throws {
        let fixture = try await Self.fixture()
        let options = fixture.options {
            $0.batchGroups = 8
            $0.pack.aggregation = .seqMeanTokenMean
        }
        let weights: [Float] = try #require(try await Self.batch(fixture, options)["loss_weights"]).elements()
        // Six completions of one weight each, however many rows they are.
        let ofEpisode = weights.suffix(14).prefix(11).reduce(0, +)
        #expect(abs(ofEpisode - 1 / 6) < 1e-6)
        #expect(abs(weights.reduce(0, +) - 1) < 1e-6)
    }

    @Test func aTrainersLogProbsAreKeptByRow() async throws {
        let fixture = try await Self.fixture()
        let options = fixture.options { $0.batchGroups = 8 }
        let columns = try await Self.batch(fixture, options)
        let ids: [Int32] = try #require(columns["token_ids"]).elements()
        let lease = try #require(try await fixture.store.lease(run: fixture.run, trainer: "t", milliseconds: 60_000))
        try await fixture.store.record(logprobs_T: ids.indices.map { -Float($0) / 100 }, of: lease, policyVersion: 3)
        let counts = try await fixture.store.read { db in
            try Row.fetchAll(
                db,
                sql:
                    "SELECT kind, count(*), total(rows) FROM tokens WHERE source = 'trainer' GROUP BY kind ORDER BY kind"
            )
            .map { "\($0[0] as String) \($0[1] as Int) \($0[2] as Double)" }
        }
        #expect(counts == ["logprob 6 16.0", "logprob:1 1 4.0", "logprob:2 1 4.0"])
    }
}
