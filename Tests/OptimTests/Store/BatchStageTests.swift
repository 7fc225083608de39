import Experience
import Foundation
import GRDB
import JSON
import Optim
import Testing

@Suite struct BatchStageTests {
    /// Mean sampler - trainer log-probs of 1.75, 1.17, 0.875 and 0.7: of the three above 0.8 two have negative advantages.
    @Test func badAnswersFarOffPolicyLeaveTheLoss() async throws {
        let fixture = try await StoreFixture(groups: 1, n: 4) { _, index in Double(index % 2) }
        try await fixture.addArray("logprob", source: "trainer") { $0 == 0 ? -4 : -0.5 }
        let options = fixture.options { $0.pack.offPolicyMask = 0.8 }
        let set = try await fixture.optimize(options).set
        let packed = try await BatchStage(store: fixture.store, run: fixture.run, set: set, options: options)
            .run(includesPartial: true)
        let tensors = try await fixture.store.tensors(batch: try #require(packed.batches.first).id)
        let mask = [2, 3, 4, 5].enumerated().flatMap { [UInt8](repeating: [0, 1, 0, 1][$0], count: $1) }
        #expect(column(tensors, "loss_mask", as: UInt8.self) == mask)
    }

    /// A rule on ratios is for every completion of the batch: one without the trainer's log-probs is left out and counted, and
    /// where none has them the rule could do nothing.
    @Test func rulesOnRatiosNeedTheTrainersLogprobs() async throws {
        let fixture = try await StoreFixture(groups: 1, n: 4) { _, index in Double(index % 2) }
        let options = fixture.options { $0.pack.veto = 0.01 }
        let set = try await fixture.optimize(options).set
        let stage = BatchStage(store: fixture.store, run: fixture.run, set: set, options: options)
        await #expect {
            try await stage.run(includesPartial: true)
        } throws: { "\($0)".contains("4 completions have no log-probs of the trainer's") }
        try await fixture.addArray("logprob", source: "trainer") { $0 == 0 ? -9 : -0.5 }
        try await fixture.store.write { db in
            try db.execute(sql: "DELETE FROM tokens WHERE source = 'trainer' AND completion_id = 2")
        }
        let packed = try await stage.run(includesPartial: true)
        #expect(packed.dropped == ["noTrainerLogprobs": 1])
        let tensors = try await fixture.store.tensors(batch: try #require(packed.batches.first).id)
        #expect(column(tensors, "loss_mask", as: UInt8.self).allSatisfy { $0 == 0 })
    }

    /// A misspelt component would keep every group.
    @Test func aFilterByAComponentThatNoVerdictHasIsRefused() async throws {
        let fixture = try await StoreFixture(groups: 1, n: 2)
        try await fixture.addEverything()
        _ = try await fixture.optimize(fixture.options { $0.pack.filterBy = "component.format" })
        await #expect {
            try await fixture.optimize(fixture.options { $0.pack.filterBy = "component.formt" })
        } throws: { "\($0)".contains("did you mean format?") }
    }

    /// Equal scores teach nothing by the group's own baseline; by another, or by a teacher, they do.
    @Test func equalScoresTeachByOtherBaselines() async throws {
        let fixture = try await StoreFixture(groups: 2, n: 2) { group, _ in Double(group) }
        try await fixture.addEverything()
        try await fixture.addArray("teacher_logprob", source: "reference") { -0.25 * Float($0 + 1) }
        func kept(_ configure: (inout OptimizeOptions) -> Void) async throws -> Int {
            let options = fixture.options { configure(&$0) }
            let set = try await fixture.optimize(options).set
            return try await BatchStage(store: fixture.store, run: fixture.run, set: set, options: options)
                .run(includesPartial: true).batches.first?.sequences ?? 0
        }
        #expect(try await kept { $0.preset = "grpo" } == 0)
        #expect(try await kept { $0.shaping.klBeta = 0.1 } == 0)
        #expect(try await kept { $0.preset = "gae" } == 4)
        #expect(try await kept { $0.distill.coefficient = 0.5 } == 4)
        // The first group's rewards are 0, and so are its advantages.
        #expect(try await kept { $0.preset = "rae" } == 2)
        #expect(try await kept { $0.preset = "reinforce" } == 2)
    }

    func column<Element: BitwiseCopyable>(_ tensors: [BatchTensor], _ name: String, as type: Element.Type) -> [Element]
    {
        tensors.first { $0.name == name }?.data.elements() ?? []
    }

    @Test func packsSequencesEndToEnd() async throws {
        let fixture = try await StoreFixture(groups: 4, n: 3) { group, index in group == 1 ? 1 : Double(index % 2) }
        let options = fixture.options { $0.batchGroups = 2 }
        let set = try await fixture.optimize(options).set
        let stage = BatchStage(store: fixture.store, run: fixture.run, set: set, options: options)
        let summary = try await stage.run(includesPartial: true)
        #expect(summary.uniformGroups == 1)
        #expect(summary.batches.map(\.sequences) == [6, 3])
        #expect(summary.batches.map(\.step) == [0, 1])
        let tensors = try await fixture.store.tensors(batch: summary.batches[0].id)
        #expect(column(tensors, "token_offsets", as: Int64.self) == [0, 2, 5, 9, 11, 14, 18])
        #expect(column(tensors, "prompt_offsets", as: Int64.self) == [0, 3, 6, 9, 12, 15, 18])
        #expect(column(tensors, "token_ids", as: Int32.self).prefix(5) == [0, 1, 0, 1, 2])
        #expect(column(tensors, "rewards", as: Double.self) == [0, 1, 0, 0, 1, 0])
        #expect(column(tensors, "loss_mask", as: UInt8.self) == [UInt8](repeating: 1, count: 18))
        let weights = column(tensors, "loss_weights", as: Float.self)
        #expect(weights.allSatisfy { $0 == Float(1.0 / 18) })
        #expect(tensors.first { $0.name == "token_ids" }?.dtype == "<i4")
        // Version 0 and 1 sampled the groups; the trainer announced none newer.
        #expect(column(tensors, "staleness", as: Int32.self).allSatisfy { $0 == 0 })
        #expect(tensors.contains { $0.name == "importance_weights" } == false)
    }

    /// Trainers number versions by the clock, too.
    @Test(arguments: [1_764_351_000_000, 1 << 44])
    func aVersionBeyond32BitsIsPacked(_ version: Int) async throws {
        let fixture = try await StoreFixture(groups: 1, n: 3)
        let options = fixture.options()
        let set = try await fixture.optimize(options).set
        try await fixture.store.announce(policyVersion: version, weights: nil, source: "t", run: fixture.run)
        let summary = try await BatchStage(store: fixture.store, run: fixture.run, set: set, options: options)
            .run(includesPartial: true)
        let tensors = try await fixture.store.tensors(batch: summary.batches[0].id)
        #expect(column(tensors, "staleness", as: Int32.self).allSatisfy { $0 == .max })
        let error = await #expect(throws: StoreError.self) {
            try await fixture.store.announce(policyVersion: version, weights: nil, source: "t", run: fixture.run)
        }
        #expect(error?.kind == .conflict)
    }

    @Test func theLastOrdinalThereIsEndsTheStage() async throws {
        let fixture = try await StoreFixture(groups: 2, n: 2)
        try await fixture.store.write { db in
            try db.execute(sql: "UPDATE groups SET ordinal = ? WHERE ordinal = 1", arguments: [Int.max])
        }
        let options = fixture.options { $0.batchGroups = 1 }
        let summary = try await fixture.optimize(options)
        #expect(summary.groups == 2)
        let packed = try await BatchStage(store: fixture.store, run: fixture.run, set: summary.set, options: options)
            .run(includesPartial: true)
        #expect(packed.batches.count == 2)
    }

    /// Stores of versions that took any number for a log-probability.
    @Test func ratiosAreNotMadeOfWhatIsNoLogprob() async throws {
        let fixture = try await StoreFixture(groups: 1, n: 2)
        try await fixture.addArray("logprob", source: "trainer") { _ in -0.5 }
        let options = fixture.options()
        let set = try await fixture.optimize(options).set
        let stage = BatchStage(store: fixture.store, run: fixture.run, set: set, options: options)
        try await fixture.store.write { db in
            try db.execute(
                sql: "UPDATE tokens SET data = ? WHERE completion_id = 1 AND kind = 'logprob' AND source = 'sampler'",
                arguments: [[Float](repeating: -9999, count: 2).littleEndianData])
        }
        let batch = try await stage.run(includesPartial: true).batches[0].id
        #expect(try await fixture.store.tensors(batch: batch).contains { $0.name == "importance_weights" } == false)
    }

    @Test func packsTextWithoutTokenIDsOnlyWhenAllowed() async throws {
        let fixture = try await StoreFixture(groups: 1, n: 3)
        try await fixture.store.write { db in
            try db.execute(
                sql: """
                    DELETE FROM tokens WHERE kind = 'ids' AND completion_id IN (
                        SELECT completion_id FROM completions WHERE idx = 1)
                    """)
        }
        func pack(_ options: OptimizeOptions) async throws -> (BatchStage.Summary, [BatchTensor]) {
            let set = try await fixture.optimize(options).set
            let summary = try await BatchStage(store: fixture.store, run: fixture.run, set: set, options: options)
                .run(includesPartial: true)
            return (summary, try await fixture.store.tensors(batch: summary.batches[0].id))
        }
        var (summary, tensors) = try await pack(fixture.options())
        #expect(summary.dropped == ["noTokenIDs": 1])
        #expect(column(tensors, "token_offsets", as: Int64.self) == [0, 2, 6])
        #expect(!tensors.contains { $0.name == "response_text" })

        (summary, tensors) = try await pack(
            fixture.options {
                $0.preset = "rloo"
                $0.pack.allowsTextOnly = true
            })
        #expect(summary.dropped.isEmpty)
        #expect(column(tensors, "token_offsets", as: Int64.self) == [0, 2, 2, 6])
        #expect(column(tensors, "staleness", as: Int32.self).count == 6)
        #expect(column(tensors, "prompt_text", as: UInt8.self) == Array(#""q""#.utf8))
        #expect(column(tensors, "response_text", as: UInt8.self) == Array("x".utf8))
        #expect(column(tensors, "response_text_offsets", as: Int64.self) == [0, 0, 1, 1])
        let advantages = try await fixture.advantages(set: summary.batches[0].set)
        #expect(column(tensors, "sequence_advantages", as: Double.self) == advantages.map { $0 ?? .nan })
    }

    @Test func packsAGroupOnce() async throws {
        let fixture = try await StoreFixture(groups: 4, n: 2)
        let options = fixture.options { $0.batchGroups = 2 }
        let set = try await fixture.optimize(options).set
        let stage = BatchStage(store: fixture.store, run: fixture.run, set: set, options: options)
        #expect(try await stage.run(includesPartial: false).batches.count == 2)
        #expect(try await stage.run(includesPartial: true).batches.isEmpty)
        #expect(try await fixture.store.batches(run: fixture.run).count == 2)
    }

    @Test func tokensWithoutTheirPromptsAreLeftOut() async throws {
        let fixture = try await StoreFixture(groups: 3, n: 2)
        try await fixture.store.write { db in
            try db.execute(sql: "UPDATE groups SET prompt_ids = NULL WHERE ordinal = 1")
        }
        func pack(_ options: OptimizeOptions) async throws -> (BatchStage.Summary, [BatchTensor]) {
            let set = try await fixture.optimize(options).set
            let summary = try await BatchStage(store: fixture.store, run: fixture.run, set: set, options: options)
                .run(includesPartial: true)
            return (summary, try await fixture.store.tensors(batch: summary.batches[0].id))
        }
        var (summary, tensors) = try await pack(fixture.options())
        #expect(summary.dropped == ["noPromptIDs": 2])
        #expect(column(tensors, "prompt_offsets", as: Int64.self) == [0, 3, 6, 9, 12])
        // As text where that is asked for: the prompt's tokens are the trainer's to make, so the answer's are, too.
        (summary, tensors) = try await pack(
            fixture.options {
                $0.preset = "rloo"
                $0.pack.allowsTextOnly = true
            })
        #expect(summary.dropped.isEmpty)
        #expect(column(tensors, "prompt_offsets", as: Int64.self) == [0, 3, 6, 6, 6, 9, 12])
        #expect(column(tensors, "token_offsets", as: Int64.self) == [0, 2, 5, 5, 5, 7, 10])
        #expect(column(tensors, "prompt_text", as: UInt8.self) == Array(#""q""q""#.utf8))
        #expect(column(tensors, "response_text", as: UInt8.self) == Array("xx".utf8))
    }

    @Test func otherPackOptionsAreNotIgnored() async throws {
        let fixture = try await StoreFixture(groups: 4, n: 2)
        var options = fixture.options { $0.batchGroups = 2 }
        let set = try await fixture.optimize(options).set
        func stage() -> BatchStage {
            BatchStage(store: fixture.store, run: fixture.run, set: set, options: options)
        }
        #expect(try await stage().run(includesPartial: true).batches.count == 2)
        let held = try #require(try await fixture.store.lease(run: fixture.run, trainer: "a", milliseconds: 600_000))
        options.pack.aggregation = .promptMean
        let error = await #expect(throws: ConfigProblem.self) { try await stage().run(includesPartial: true) }
        #expect(error?.key == "optimize.pack.aggregation" && error?.message.contains("--repack") == true)
        // What a trainer has stays its own.
        let again = try await stage().run(includesPartial: true, again: true)
        #expect(again.withdrawn == 1 && again.packedBefore == 2 && again.batches.count == 1)
        let states = try await fixture.store.batches(run: fixture.run).map(\.state)
        #expect(states == [.leased, .expired, .ready])
        let tensors = try await fixture.store.tensors(batch: again.batches[0].id)
        #expect(Set(column(tensors, "groups", as: Int64.self)).count == 2)
        try await fixture.store.end(held, outcome: .done, run: fixture.run)
        let last = try await stage().run(includesPartial: true)
        #expect(last.batches.isEmpty && last.packedBefore == 4)
    }

    @Test func aGroupThatWasPassedOverIsPackedLater() async throws {
        let fixture = try await StoreFixture(groups: 3, n: 2)
        let options = fixture.options { $0.batchGroups = 1 }
        let set = try await fixture.optimize(options).set
        let stage = BatchStage(store: fixture.store, run: fixture.run, set: set, options: options)
        // The first lacks a sample when the others are packed.
        try await fixture.store.write { try $0.execute(sql: "UPDATE groups SET wanted_n = 3 WHERE ordinal = 0") }
        #expect(try await stage.run(includesPartial: true).batches.count == 2)
        try await fixture.store.write { try $0.execute(sql: "UPDATE groups SET wanted_n = 2 WHERE ordinal = 0") }
        let late = try await stage.run(includesPartial: true)
        #expect(late.batches.count == 1)
        #expect(column(try await fixture.store.tensors(batch: 3), "groups", as: Int64.self) == [1, 1])
    }

    @Test func packsTheGroupsThatAreAskedFor() async throws {
        let fixture = try await StoreFixture(groups: 4, n: 2)
        let options = fixture.options()
        let keys = try await fixture.store.openGroups(run: fixture.run, scoring: fixture.scoring, from: 0, to: 4)
        #expect(keys.allSatisfy { $0.isJudged && !$0.isPacked && !$0.isUniform })
        let wanted = [keys[3].id, keys[1].id]
        let set = try await OptimizeStage(
            store: fixture.store, run: fixture.run, scoring: fixture.scoring, options: options
        ).run(groups: wanted)
        let summary = try await BatchStage(store: fixture.store, run: fixture.run, set: set, options: options)
            .run(groups: wanted)
        #expect(summary.batches.map(\.sequences) == [4])
        let open = try await fixture.store.openGroups(run: fixture.run, scoring: fixture.scoring, from: 1, to: 4)
        #expect(open.map(\.isPacked) == [true, false, true])
    }

    @Test func leavesOutWhatTheTrainerHasOvertaken() async throws {
        // Groups 0 and 2 were sampled by version 0, groups 1 and 3 by version 1.
        let fixture = try await StoreFixture(groups: 4, n: 2)
        let options = fixture.options {
            $0.batchGroups = 2
            $0.pack.maxStaleness = 1
        }
        let set = try await fixture.optimize(options).set
        let stage = BatchStage(store: fixture.store, run: fixture.run, set: set, options: options)
        let keys = try await fixture.store.openGroups(run: fixture.run, scoring: fixture.scoring, from: 0, to: 4)
        _ = try await stage.run(groups: [keys[1].id])
        let lease = try #require(try await fixture.store.lease(run: fixture.run, trainer: "a", milliseconds: 600_000))
        try await fixture.store.end(lease, outcome: .done, policyVersion: 2, run: fixture.run)
        let summary = try await stage.run(groups: keys.filter { !$0.isPacked }.map(\.id))
        #expect(summary.dropped == ["tooStale": 4])
        #expect(summary.batches.map(\.sequences) == [4])
        try await fixture.store.setAsideUnpacked(keys.map(\.id), reason: "tooStale", set: set)
        let left = try await fixture.store.openGroups(run: fixture.run, scoring: fixture.scoring, from: 0, to: 4)
        #expect(left.map(\.ordinal) == [1, 3])
    }

    @Test func masksTruncatedCompletionsOutOfTheLossOnly() async throws {
        let fixture = try await StoreFixture(groups: 1, n: 2)
        let options = fixture.options {
            $0.batchGroups = 1
            $0.pack.masksTruncated = true
        }
        let set = try await fixture.optimize(options).set
        let summary = try await BatchStage(store: fixture.store, run: fixture.run, set: set, options: options)
            .run(includesPartial: true)
        let tensors = try await fixture.store.tensors(batch: summary.batches[0].id)
        #expect(column(tensors, "loss_mask", as: UInt8.self) == [0, 0, 1, 1, 1])
        let third: Float = 1.0 / 3
        #expect(column(tensors, "loss_weights", as: Float.self) == [0, 0, third, third, third])
    }

    @Test func weighsByTheTrainersLogprobs() async throws {
        let fixture = try await StoreFixture(groups: 1, n: 2)
        try await fixture.store.write { db in
            for row in try Row.fetchAll(db, sql: "SELECT completion_id, n_tokens FROM completions") {
                let id: Int64 = row[0]
                let count: Int = row[1]
                try db.execute(
                    sql: """
                        INSERT INTO tokens(completion_id, kind, source, policy_version, dtype, rows, data)
                        VALUES(?, 'logprob', 'trainer', 1, '<f4', ?, ?)
                        """, arguments: [id, count, [Float](repeating: 1.5, count: count).littleEndianData])
            }
        }
        let options = fixture.options { $0.batchGroups = 1 }
        let set = try await fixture.optimize(options).set
        let summary = try await BatchStage(store: fixture.store, run: fixture.run, set: set, options: options)
            .run(includesPartial: true)
        let tensors = try await fixture.store.tensors(batch: summary.batches[0].id)
        // exp(1.5 + 0.5) is above the bound of 2.
        #expect(column(tensors, "importance_weights", as: Float.self) == [2, 2, 2, 2, 2])
    }

    @Test func trainsOnForkingTokensAndRaisesTheirAdvantage() async throws {
        let fixture = try await StoreFixture(groups: 1, n: 2)
        let options = fixture.options {
            $0.preset = "dr_grpo"
            $0.pack.forkingQuantile = 0.8
            $0.pack.entropyAlpha = 0.4
        }
        let set = try await fixture.optimize(options).set
        let stage = BatchStage(store: fixture.store, run: fixture.run, set: set, options: options)
        await #expect { try await stage.run(includesPartial: true) } throws: { "\($0)".contains("top_logprobs") }
        // Tokens of 2 and 3 per row; the last of the second row is the uncertain one.
        try await fixture.addArray("entropy", source: "trainer") { Float($0) }
        let batch = try #require(try await stage.run(includesPartial: true).batches.first)
        let tensors = try await fixture.store.tensors(batch: batch.id)
        #expect(column(tensors, "loss_mask", as: UInt8.self) == [0, 0, 0, 0, 1])
        #expect(column(tensors, "loss_weights", as: Float.self) == [0, 0, 0, 0, 1])
        // A = -0.5 and 0.5; the bonus is min(0.4 H, 0.25).
        #expect(column(tensors, "advantages", as: Float.self) == [-0.5, -0.25, 0.5, 0.75, 0.75])
    }

    @Test func masksGroupsThatAreTooEasyOrTooHard() async throws {
        let fixture = try await StoreFixture(groups: 3, n: 4) { group, index in index <= group ? 1 : 0 }
        let options = fixture.options {
            $0.pack.minMean = 0.3
            $0.pack.maxMean = 0.7
        }
        let set = try await fixture.optimize(options).set
        let summary = try await BatchStage(store: fixture.store, run: fixture.run, set: set, options: options)
            .run(includesPartial: true)
        #expect(summary.maskedGroups == 2)
        #expect(summary.batches.map(\.sequences) == [4])
    }

    /// A penalty or a length term does not make a group of equal scores worth training on.
    @Test func filtersLookAtScores() async throws {
        let fixture = try await StoreFixture(groups: 2, n: 3) { group, index in group == 0 ? 1 : Double(index % 2) }
        try await fixture.addReference(logprob: -0.75)
        let options = fixture.options {
            ($0.shaping.klBeta, $0.pack.maxMean) = (0.5, 0.2)
        }
        let set = try await fixture.optimize(options).set
        func pack(_ options: OptimizeOptions) async throws -> BatchStage.Summary {
            try await BatchStage(store: fixture.store, run: fixture.run, set: set, options: options)
                .run(includesPartial: true)
        }
        // The mean score of the second group is a third; its mean reward is below 0.
        let none = try await pack(options)
        #expect(none.uniformGroups == 1 && none.maskedGroups == 1 && none.batches.isEmpty)
        let summary = try await pack(fixture.options { $0.shaping.klBeta = 0.5 })
        #expect(summary.uniformGroups == 1 && summary.batches.map(\.sequences) == [3])
    }

    /// What one completion lacks leaves that one out.
    @Test func leavesOutWhatCannotBePacked() async throws {
        let fixture = try await StoreFixture(groups: 1, n: 8)
        try await fixture.addArray("entropy", source: "trainer") { Float($0) }
        try await fixture.addArray("logprob", source: "trainer") { _ in -0.5 }
        let options = fixture.options {
            $0.preset = "dr_grpo@openrlhf"
            // A penalty per token that differs by token.
            $0.shaping.klBeta = 0.1
            $0.pack.entropyAlpha = 0.1
        }
        try await fixture.addArray("logprob", source: "reference") { Float(-$0) }
        let set = try await fixture.optimize(options).set
        func change(_ index: Int, _ sql: String, _ value: (any DatabaseValueConvertible & Sendable)?) async throws {
            try await fixture.store.write { db in
                try db.execute(
                    sql: "\(sql) AND completion_id = (SELECT completion_id FROM completions WHERE idx = \(index))",
                    arguments: [value])
                #expect(db.changesCount == 1)
            }
        }
        func array(_ count: Int, _ first: Float) -> Data { ([first] + (1..<count).map { _ in -0.5 }).littleEndianData }
        try await change(0, "UPDATE tokens SET data = ? WHERE kind = 'entropy'", array(1, 0))
        try await change(1, "UPDATE tokens SET data = ? WHERE kind = 'entropy'", array(3, .nan))
        let logprobs = "UPDATE tokens SET data = ? WHERE kind = 'logprob'"
        try await change(2, "\(logprobs) AND source = 'sampler'", array(4, -.infinity))
        try await change(3, "UPDATE advantages SET token_advantages = ? WHERE reason IS NULL", array(1, 0))
        try await change(4, "UPDATE completions SET weight_spans = ? WHERE n_tokens = 6", "[[0, 0, 99]]")
        try await change(5, "\(logprobs) AND source = 'trainer'", array(7, .nan))
        try await change(6, "UPDATE verdicts SET score = ?, outcome = 'timeout' WHERE score = 0", nil as Int?)
        let summary = try await BatchStage(store: fixture.store, run: fixture.run, set: set, options: options)
            .run(includesPartial: true)
        #expect(
            summary.dropped == [
                "noEntropies": 2, "noLogprobs": 1, "noTokenAdvantages": 1, "badWeightSpans": 1, "badTrainerLogprobs": 1,
                "unscored": 1,
            ])
        #expect(summary.batches.map(\.sequences) == [1])
        let tensors = try await fixture.store.tensors(batch: summary.batches[0].id)
        #expect(column(tensors, "advantages", as: Float.self).count == 9)
    }
}
