import Experience
import GRDB
import Optim
import Testing

@Suite struct LeaseTests {
    let fixture: StoreFixture

    init() async throws {
        fixture = try await StoreFixture(groups: 2, n: 2)
        let options = fixture.options { $0.batchGroups = 1 }
        let set = try await fixture.optimize(options).set
        _ = try await BatchStage(store: fixture.store, run: fixture.run, set: set, options: options)
            .run(includesPartial: true)
    }

    func lease(_ trainer: String, at now: Int64) async throws -> Lease? {
        try await fixture.store.lease(run: fixture.run, trainer: trainer, milliseconds: 100, now: now)
    }

    @Test func twoTrainersNeverHoldOneBatch() async throws {
        let first = try await lease("a", at: 0)
        let second = try await lease("b", at: 1)
        #expect(first?.batch.step == 0 && second?.batch.step == 1)
        #expect(try await lease("c", at: 2) == nil)
    }

    @Test func concurrentTrainersGetDifferentBatches() async throws {
        let steps = try await withThrowingTaskGroup(of: Int?.self) { group in
            for trainer in 0..<8 { group.addTask { try await lease("t\(trainer)", at: 0)?.batch.step } }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(steps.compactMap { $0 }.sorted() == [0, 1])
    }

    @Test func aLateAcknowledgementIsRefused() async throws {
        let old = try #require(try await lease("a", at: 0))
        let new = try #require(try await lease("b", at: 100))
        #expect(new.batch.id == old.batch.id && new.epoch == 2)
        await #expect(throws: StoreError.self) {
            try await fixture.store.end(old, outcome: .done, policyVersion: 7, run: fixture.run, now: 101)
        }
        #expect(try await fixture.store.policyVersion(run: fixture.run) == 0)
        try await fixture.store.end(new, outcome: .done, policyVersion: 1, run: fixture.run, now: 150)
        #expect(try await fixture.store.policyVersion(run: fixture.run) == 1)
        #expect(try await fixture.store.batches(run: fixture.run).map(\.state) == [.done, .ready])
        await #expect(throws: StoreError.self) {
            try await fixture.store.end(new, outcome: .done, run: fixture.run, now: 151)
        }
    }

    @Test func aRenewedLeaseLivesOn() async throws {
        let first = try #require(try await lease("a", at: 0))
        let renewed = try await fixture.store.renew(first, milliseconds: 1000, now: 99)
        #expect(renewed.expiresAt == 1099)
        #expect(try await lease("b", at: 500)?.batch.step == 1)
        try await fixture.store.end(renewed, outcome: .rejected, error: "too stale", run: fixture.run, now: 500)
        #expect(try await fixture.store.batches(run: fixture.run).first?.state == .rejected)
        await #expect(throws: StoreError.self) { try await fixture.store.renew(first, milliseconds: 1, now: 501) }
    }

    @Test func oneTrainerAtATimeAnnouncesAVersion() async throws {
        let first = try #require(try await lease("a", at: 0))
        let second = try #require(try await lease("b", at: 0))
        try await fixture.store.end(first, outcome: .done, policyVersion: 1, weights: "1.pt", run: fixture.run, now: 1)
        await #expect(throws: StoreError.self) {
            try await fixture.store.end(second, outcome: .done, policyVersion: 1, run: fixture.run, now: 1)
        }
        try await fixture.store.end(second, outcome: .done, policyVersion: 2, run: fixture.run, now: 2)
        let state = try await fixture.store.onlineState(run: fixture.run)
        #expect(state.policyVersion == 2 && state.doneBatches == 2 && state.droppedBatches == 0)
    }

    @Test func aBatchThatBecameStaleIsNotLeased() async throws {
        try await fixture.store.write { db in
            try db.execute(sql: "UPDATE batches SET max_staleness = 1")
        }
        let lease = try #require(try await self.lease("a", at: 0))
        try await fixture.store.end(lease, outcome: .done, policyVersion: 5, run: fixture.run, now: 1)
        #expect(try await self.lease("a", at: 2) == nil)
        #expect(try await fixture.store.onlineState(run: fixture.run).droppedBatches == 1)
    }
}
