import Experience
import Foundation
import GRDB
import JSON
import Optim

/// A store in which everything that may be missing is missing somewhere, at random: scores, components, token counts, arrays,
/// prompts, greedy verdicts; with ragged and empty groups, empty completions, huge scores and arrays that are no numbers.
final class HostileStore: Sendable {
    let folder: URL
    let store: Store
    let run: Run
    let scoring: Scoring

    /// One verdict as it is put into the store.
    private struct Judgement {
        var (outcome, score, components): (String, Double?, String?)
    }

    init(groups: Int, n: Int, seed: UInt64) async throws {
        folder = FileManager.default.temporaryDirectory.appendingPathComponent("hostile-\(UUID().uuidString)")
        store = try Store(path: folder.appendingPathComponent("store.sqlite").path, access: .create)
        run = try await store.run(named: "r", config: [:], seed: 1, isSimulated: true)
        let greedy = try await store.run(named: "greedy", config: [:], seed: 1, isSimulated: true)
        scoring = try await store.scoring(verifier: "combine", version: "1", options: [:])
        let problems = (0..<groups).map { Problem(id: "p\($0)", dataset: "d", prompt: .text("q"), answer: "a") }
        var random = SplitMix64(seed: seed)
        for (run, count) in [(run, n), (greedy, 1)] {
            var sampling = SamplingParameters()
            sampling.n = count
            try await store.addGroups(run: run, from: 0, problems: problems, sampling: sampling)
            var samples: [SampledCompletion] = []
            for group in 0..<groups {
                // The first groups are a whole one, an empty one and a lone row; the others have lost some.
                let size = [n, 0, 1].indices.contains(group) ? [n, 0, 1][group] : n - Int(random.next() % 4)
                for index in 0..<min(count, size) { samples.append(Self.sample(group, index, &random)) }
            }
            _ = try await store.record(samples, run: run)
        }
        let made = random
        try await store.write { [scoring] db in
            var random = made
            try Self.judge(db, scoring, &random)
            try Self.addArrays(db, &random)
            try Self.addTurns(db, &random)
            try db.execute(
                sql: """
                    UPDATE groups SET wanted_n = max(1, (SELECT count(*) FROM completions c WHERE c.group_id = groups.group_id));
                    UPDATE groups SET prompt_ids = NULL WHERE ordinal % 11 = 5;
                    UPDATE completions SET n_tokens = NULL WHERE completion_id % 31 = 7;
                    DELETE FROM tokens WHERE kind = 'ids' AND completion_id % 29 = 3;
                    DELETE FROM tokens WHERE kind = 'logprob' AND source = 'sampler' AND completion_id % 23 = 4;
                    """)
        }
    }

    deinit { try? FileManager.default.removeItem(at: folder) }

    private static func sample(_ group: Int, _ index: Int, _ random: inout SplitMix64) -> SampledCompletion {
        var completion = Completion(index: index, text: "x", finish: random.next() % 5 == 0 ? .length : .stop)
        completion.tokenIDs = (0..<Int32(random.next() % 5)).map { $0 }
        completion.logprobs = completion.tokenIDs.map { _ in -Float(random.next() % 1000) / 500 }
        completion.tokenCount = completion.tokenIDs.count
        if random.next() % 4 == 0 {
            completion.weightSpans = [WeightSpan(version: group % 2, tokens: 0..<completion.tokenIDs.count)]
        }
        return SampledCompletion(ordinal: group, completion: completion, promptIDs: [1, 2, 3])
    }

    private static func judge(_ db: Database, _ scoring: Scoring, _ random: inout SplitMix64) throws {
        let insert = try db.cachedStatement(
            sql: """
                INSERT INTO verdicts(completion_id, scoring_id, outcome, score, reason, components, milliseconds, at)
                VALUES(?, ?, ?, ?, 'made', ?, 0, 0)
                """)
        for row in try Row.fetchAll(
            db, sql: "SELECT completion_id, ordinal FROM completions JOIN groups USING(group_id)")
        {
            // Of every seventh group nothing is scored.
            let isLost = row["ordinal"] as Int % 7 == 3
            guard let verdict = judgement(isLost: isLost, &random) else { continue }
            try insert.execute(arguments: [
                row["completion_id"] as Int64, scoring.id, verdict.outcome, verdict.score, verdict.components,
            ])
        }
    }

    private static func judgement(isLost: Bool, _ random: inout SplitMix64) -> Judgement? {
        switch isLost ? random.next() % 10 : random.next() % 100 {
        case 0..<4: return nil
        case 4..<7: return Judgement(outcome: "timeout", score: nil, components: #"{"fmt": 1, "other": null}"#)
        case 7..<10: return Judgement(outcome: "verifierError", score: nil, components: #"{"fmt": 1, "other": 1}"#)
        case 10..<13: return Judgement(outcome: "correct", score: 1, components: #"{"fmt": 1, "other": null}"#)
        case 13: return Judgement(outcome: "incorrect", score: 0, components: nil)
        case 14: return Judgement(outcome: "incorrect", score: 0.25, components: "no JSON")
        case 15: return Judgement(outcome: "correct", score: 1e299, components: #"{"fmt": 1e299, "other": 1}"#)
        case 16: return Judgement(outcome: "incorrect", score: -1e299, components: #"{"fmt": 1e999, "other": -1e299}"#)
        default:
            let (format, other) = (random.next() % 2, random.next() % 2)
            return Judgement(
                outcome: other == 1 ? "correct" : "incorrect", score: Double(other),
                components: #"{"fmt": \#(format), "other": \#(other)}"#)
        }
    }

    // Turns of which some lack what credit over turns reads, say what is no number to compute with, or do not fit their tokens.
    private static func addTurns(_ db: Database, _ random: inout SplitMix64) throws {
        for row in try Row.fetchAll(db, sql: "SELECT completion_id, n_tokens FROM completions") {
            let fault = random.next() % 40
            if fault == 0 { continue }
            try StoredTurns.add(
                to: row["completion_id"], tokens: fault == 1 ? 9 : row["n_tokens"], db
            ) { turn in
                let draw = random.next()
                return (
                    fault == 2 ? nil : fault == 3 ? 1e299 : Double(draw % 3) / 2,
                    fault == 4 ? nil : Double(draw % 5) / 4, fault == 5 ? nil : Int64(draw % 2)
                )
            }
        }
    }

    // Arrays of other models, some absent, short, or not finite; and a reference so far away that KL overflows.
    private static func addArrays(_ db: Database, _ random: inout SplitMix64) throws {
        let insert = try db.cachedStatement(
            sql: "INSERT INTO tokens(completion_id, kind, source, dtype, rows, data) VALUES(?, ?, ?, '<f4', ?, ?)")
        let arrays: [(kind: String, source: String, scale: Float)] = [
            ("logprob", "reference", -1), ("logprob", "trainer", -1), ("value", "critic", 1),
            ("sum_pi_sq", "trainer", 0.5),
            ("entropy", "trainer", 1),
        ]
        for row in try Row.fetchAll(db, sql: "SELECT completion_id, n_tokens FROM completions") {
            let count: Int = row["n_tokens"]
            for array in arrays {
                var values = (0..<count).map { _ in array.scale * Float(random.next() % 1000) / 1000 }
                switch random.next() % 40 {
                case 0...2: continue
                case 3: values.append(0)
                case 4: values = values.map { _ in .nan }
                case 5: values = values.map { _ in -.infinity }
                case 6 where array.source == "reference": values = values.map { _ in -3e38 }
                default: break
                }
                try insert.execute(arguments: [
                    row["completion_id"] as Int64, array.kind, array.source, values.count, values.littleEndianData,
                ])
            }
        }
    }
}
