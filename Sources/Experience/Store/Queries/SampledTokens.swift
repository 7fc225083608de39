import Foundation
import GRDB
import Numbers

/// The token arrays that a completion came with; empty where the server gave none.
package struct SampledTokens: Sendable {
    /// Key of the completion.
    package var completion: Int64
    package var logprobs_T: [Float] = []
    package var ids_T: [Int32] = []
    /// The log-probabilities of the likeliest candidates, row by row of `width`.
    package var top_TK: [Float] = []
    package var width = 0
    /// Which tokens it sampled with log-probs of their own, 1 or 0; empty where it did all.
    package var mask_T: [UInt8] = []

    /// The same of the sampled tokens alone: what an episode was given says nothing of its policy.
    package func sampledAlone() -> SampledTokens {
        if mask_T.isEmpty { return self }
        var alone = SampledTokens(completion: completion, width: width)
        (alone.logprobs_T, alone.ids_T) = (sampled(logprobs_T), sampled(ids_T))
        if top_TK.count == mask_T.count.multiplied(by: width) {
            for (token, isSampled) in mask_T.enumerated() where isSampled == 1 {
                alone.top_TK += top_TK[token * width..<(token + 1) * width]
            }
        }
        return alone
    }

    /// The values of sampled tokens; all of them where there is not one for each token of the mask.
    package func sampled<Value>(_ values_T: [Value]) -> [Value] {
        guard !mask_T.isEmpty, values_T.count == mask_T.count else { return values_T }
        return zip(values_T, mask_T).compactMap { $1 == 1 ? $0 : nil }
    }
}

extension StoreSnapshot {
    /// How many log-probability arrays of one source a run's completions have, by indexes alone: the arrays are most of a store.
    package func logprobCount(run: Run, source: String) throws -> Int {
        try Int.fetchOne(
            db,
            sql: """
                SELECT count(*) FROM groups g JOIN completions c USING(group_id)
                    JOIN tokens t ON t.completion_id = c.completion_id AND t.kind = 'logprob' AND t.source = ?
                WHERE g.run_id = ?
                """, arguments: [source, run.id]) ?? 0
    }

    /// Gives the arrays of a run's completions that have log-probabilities, by key; of every `stride`-th key alone.
    package func forEachTokens(of run: Run, stride: Int, _ body: (SampledTokens) throws -> Void) throws {
        let cursor = try Row.fetchCursor(
            db,
            sql: """
                SELECT c.completion_id, l.data, i.data, t.data, t.cols, m.data
                FROM groups g JOIN completions c USING(group_id)
                    JOIN tokens l ON l.completion_id = c.completion_id AND l.kind = 'logprob' AND l.source = 'sampler'
                    LEFT JOIN tokens i ON i.completion_id = c.completion_id AND i.kind = 'ids' AND i.source = 'sampler'
                    LEFT JOIN tokens t
                        ON t.completion_id = c.completion_id AND t.kind = 'top_logprob' AND t.source = 'sampler'
                    LEFT JOIN tokens m ON m.completion_id = c.completion_id AND m.kind = 'mask' AND m.source = 'sampler'
                WHERE g.run_id = ? AND c.completion_id % ? = 0 ORDER BY c.completion_id
                """, arguments: [run.id, stride])
        while let row = try cursor.next() {
            let logprobs: Data = try row[stored: 1]
            let ids: Data? = try row[stored: 2]
            let top: Data? = try row[stored: 3]
            let mask: Data? = try row[stored: 5]
            let tokens = SampledTokens(
                completion: try row[stored: 0], logprobs_T: logprobs.elements(), ids_T: ids?.elements() ?? [],
                top_TK: top?.elements() ?? [], width: try row[stored: 4] ?? 0, mask_T: mask?.elements() ?? [])
            try body(tokens)
        }
    }

    /// Gives the trainer's newest log-probabilities of a run's completions, and the sampler's, by key; of every `stride`-th key.
    /// Of an episode they are those of the sampled tokens alone.
    package func forEachTrainerLogprobs(
        of run: Run, stride: Int,
        _ body: (_ completion: Int64, _ trainer_T: [Float], _ sampler_T: [Float]) throws -> Void
    ) throws {
        let cursor = try Row.fetchCursor(
            db,
            sql: """
                SELECT c.completion_id, t.data, l.data, max(t.policy_version), m.data
                FROM groups g JOIN completions c USING(group_id)
                    JOIN tokens t ON t.completion_id = c.completion_id AND t.kind = 'logprob' AND t.source = 'trainer'
                    JOIN tokens l ON l.completion_id = c.completion_id AND l.kind = 'logprob' AND l.source = 'sampler'
                    LEFT JOIN tokens m ON m.completion_id = c.completion_id AND m.kind = 'mask' AND m.source = 'sampler'
                WHERE g.run_id = ? AND c.completion_id % ? = 0 GROUP BY c.completion_id ORDER BY c.completion_id
                """, arguments: [run.id, stride])
        while let row = try cursor.next() {
            let (trainer, sampler): (Data, Data) = (try row[stored: 1], try row[stored: 2])
            let mask: Data? = try row[stored: 4]
            let tokens = SampledTokens(completion: try row[stored: 0], mask_T: mask?.elements() ?? [])
            try body(tokens.completion, tokens.sampled(trainer.elements()), tokens.sampled(sampler.elements()))
        }
    }

    /// The arrays of one completion.
    package func tokens(of completion: Int64) throws -> SampledTokens {
        let arrays = try Row.fetchAll(
            db,
            sql: """
                SELECT kind, data, cols FROM tokens
                WHERE completion_id = ? AND source = 'sampler' AND kind IN ('ids', 'logprob', 'top_logprob')
                """, arguments: [completion])
        var tokens = SampledTokens(completion: completion)
        for row in arrays {
            let data: Data = try row[stored: 1]
            switch try row[stored: 0] as String {
            case "ids": tokens.ids_T = data.elements()
            case "logprob": tokens.logprobs_T = data.elements()
            default: (tokens.top_TK, tokens.width) = (data.elements(), try row[stored: 2])
            }
        }
        return tokens
    }

    /// Up to `limit` completions of a run after `key` that have log-probabilities and no entropy, by key; without their ids.
    package func tokensLackingEntropy(run: Run, after key: Int64, limit: Int) throws -> [SampledTokens] {
        try Row.fetchAll(
            db,
            sql: """
                SELECT c.completion_id, l.data, t.data, t.cols, m.data
                -- CROSS: in the order of the key from the cursor on, so that a page costs what is on it
                FROM completions c CROSS JOIN groups g USING(group_id)
                    JOIN tokens l ON l.completion_id = c.completion_id AND l.kind = 'logprob' AND l.source = 'sampler'
                    LEFT JOIN tokens t
                        ON t.completion_id = c.completion_id AND t.kind = 'top_logprob' AND t.source = 'sampler'
                    LEFT JOIN tokens m ON m.completion_id = c.completion_id AND m.kind = 'mask' AND m.source = 'sampler'
                WHERE g.run_id = ? AND c.completion_id > ?
                    AND NOT EXISTS(SELECT 1 FROM entropies e WHERE e.completion_id = c.completion_id)
                ORDER BY c.completion_id LIMIT ?
                """, arguments: [run.id, key, limit]
        ).map { row in
            let sampled: Data = try row[stored: 1]
            let (top, mask): (Data?, Data?) = (try row[stored: 2], try row[stored: 4])
            return SampledTokens(
                completion: try row[stored: 0], logprobs_T: sampled.elements(), top_TK: top?.elements() ?? [],
                width: try row[stored: 3] ?? 0, mask_T: mask?.elements() ?? [])
        }
    }
}
