import Experience
import GRDB
import JSON
import Testing

@Suite struct StoreLeasesTests {
    let filled: FilledStore
    var store: Store { filled.store }
    var run: Run { filled.run }

    init() async throws { filled = try await FilledStore() }

    func lease(_ trainer: String, at now: Int64 = 0) async throws -> Lease {
        try #require(try await store.lease(run: run, trainer: trainer, milliseconds: 100, now: now))
    }

    /// What there is to be changed.
    func state() async throws -> [String] {
        try await store.read { db in
            try ["batches", "leases", "policy_versions", "tokens"].flatMap { table in
                try Row.fetchAll(db, sql: "SELECT * FROM \(table)").map { "\(table) \($0)" }
            }
        }
    }

    func isRefused(_ words: String, _ body: () async throws -> Void) async throws {
        let before = try await state()
        let error = await #expect(throws: StoreError.self) { try await body() }
        #expect(error?.message.contains(words) == true && error?.kind == .conflict, "\(String(describing: error))")
        #expect(try await state() == before, "something was changed")
    }

    @Test func aLeaseEndsItsOwnBatchAlone() async throws {
        let (first, second) = (try await lease("a"), try await lease("b"))
        var crossed = first
        crossed.batch = second.batch
        try await isRefused("lease 1 is not of batch 2") {
            try await store.end(crossed, outcome: .done, policyVersion: 1, run: run, now: 1)
        }
        try await isRefused("not of batch 2") { _ = try await store.renew(crossed, milliseconds: 9, now: 1) }
        try await isRefused("not of batch 2") {
            try await store.record(logprobs_T: [-1, -1], of: crossed, policyVersion: 1, now: 1)
        }
        let other = try await store.run(named: "o", config: [:], seed: 1, isSimulated: true)
        try await isRefused("of run 'o'") {
            try await store.end(first, outcome: .done, policyVersion: 1, run: other, now: 1)
        }
        try await store.end(first, outcome: .done, policyVersion: 1, run: run, now: 1)
        #expect(try await store.batches(run: run).map(\.state) == [.done, .leased])
    }

    @Test func oneSlipOfATrainerDoesNotEndTheRun() async throws {
        let held = try await lease("a")
        let before = try await state()
        for slip in [1 << 53 - 1, Int.max, 1 << 44 + 1] {
            await #expect(throws: StoreError.self) {
                try await store.announce(policyVersion: slip, weights: nil, source: "a", run: run)
            }
        }
        for bad in [0.5, -9999, Float.nan, -Float.infinity] {
            await #expect(throws: StoreError.self) {
                try await store.record(logprobs_T: [-1, bad, -1, -1], of: held, policyVersion: 1, now: 1)
            }
        }
        #expect(try await state() == before)
        // Milliseconds since 1970 are versions, too.
        try await store.announce(policyVersion: 1_800_000_000_000, weights: nil, source: "a", run: run)
    }

    @Test func whatRanOutIsNeitherRenewedNorEnded() async throws {
        let held = try await lease("a")
        try await isRefused("run out") { _ = try await store.renew(held, milliseconds: 1000, now: 100) }
        try await isRefused("run out") { try await store.end(held, outcome: .done, run: run, now: 100) }
        try await isRefused("run out") {
            try await store.record(logprobs_T: [-1, -1, -1, -1], of: held, policyVersion: 1, now: 100)
        }
        // One millisecond before it lives.
        let renewed = try await store.renew(held, milliseconds: 1000, now: 99)
        #expect(renewed.expiresAt == 1099 && renewed.epoch == 1)
        try await store.end(renewed, outcome: .done, run: run, now: 1098)
        try await isRefused("ended") { _ = try await store.renew(held, milliseconds: 1, now: 1098) }
    }

    @Test func anEarlierHoldOfTheBatchIsRefused() async throws {
        let old = try await lease("a")
        let new = try await lease("b", at: 100)
        #expect(new.batch.id == old.batch.id && new.epoch == 2)
        for var stale in [old, new] {
            if stale == new { stale.epoch = 1 }
            try await isRefused("run out or ended") { _ = try await store.renew(stale, milliseconds: 9, now: 101) }
            try await isRefused("run out or ended") { try await store.end(stale, outcome: .done, run: run, now: 101) }
        }
        let foreign = Lease(id: 99, batch: new.batch, epoch: 1, trainer: "z", expiresAt: 0)
        try await isRefused("run out or ended") { try await store.end(foreign, outcome: .done, run: run, now: 101) }
    }

    /// Samples of version 0 that may be one version behind.
    @Test func aBatchIsGivenUntilItIsOlderThanItMayBe() async throws {
        try await store.announce(policyVersion: 1, weights: nil, source: "a", run: run)
        #expect(try await lease("a").batch.id == 1)
        try await store.announce(policyVersion: 2, weights: nil, source: "a", run: run)
        #expect(try await store.lease(run: run, trainer: "b", milliseconds: 100, now: 1) == nil)
        #expect(try await store.batches(run: run).map(\.state) == [.leased, .expired])
    }

    @Test func timesAreNoTrap() async throws {
        let held = try #require(try await store.lease(run: run, trainer: "a", milliseconds: .max, now: .max - 5))
        #expect(held.expiresAt == .max)
        #expect(try await store.renew(held, milliseconds: .max, now: 5).expiresAt == .max)
    }

    @Test func anUnknownWordIsNotTakenForAnother() async throws {
        try await store.write { db in
            try db.execute(sql: "PRAGMA ignore_check_constraints = ON")
            try db.execute(sql: "UPDATE batches SET state = 'parked'; UPDATE completions SET finish = 'tool'")
            try db.execute(sql: "DELETE FROM verdicts")
        }
        let batches = await #expect(throws: StoreError.self) { try await store.batches(run: run) }
        #expect(batches?.message.contains("state holds 'parked'") == true)
        let items = await #expect(throws: StoreError.self) {
            try await store.unverified(run: run, scoring: filled.scoring, after: 0, limit: 9, retryingErrors: false)
        }
        #expect(items?.message.contains("finish holds 'tool'") == true)
    }

    /// Trainers with clocks of their own do what they like, against a model in memory.
    @Test(arguments: SplitMix.seeds) func anyInterleaving(_ seed: UInt64) async throws {
        var random = SplitMix(seed: seed)
        var model = LeaseModel(batches: 2)
        // Trainers write beside the process that fills the store.
        let trainers = [
            store, try Store(path: store.path, access: .trainer), try Store(path: store.path, access: .trainer),
        ]
        var leases: [Lease] = []
        var log: [String] = []
        var clock: Int64 = 1000
        for _ in 0..<200 {
            clock += .random(in: 0...40, using: &random)
            let now = clock + .random(in: -30...30, using: &random)
            let connection = trainers.randomElement(using: &random) ?? store
            // Mostly a lease as it was given, at times one with a part of another.
            var held = leases.suffix(5).randomElement(using: &random)
            if Int.random(in: 0..<3, using: &random) == 0, let other = leases.suffix(5).randomElement(using: &random) {
                switch Int.random(in: 0..<3, using: &random) {
                case 0: held?.batch = other.batch
                case 1: held?.epoch = other.epoch
                default: held?.id = other.id
                }
            }
            let version = Bool.random(using: &random) ? nil : max(0, model.version + .random(in: 0...2, using: &random))
            let duration = Int64.random(in: 1...120, using: &random)
            let action = Int.random(in: 0..<8, using: &random)
            log.append("\(action) at \(now) lease \(held.map { "\($0.id)/\($0.batch.id)/\($0.epoch)" } ?? "-")")
            switch action {
            case 0...2:
                let given = try await connection.lease(run: run, trainer: "t", milliseconds: duration, now: now)
                let expected = model.lease(milliseconds: duration, now: now)
                #expect(
                    given.map { [$0.id, $0.batch.id, Int64($0.epoch), $0.expiresAt] } == expected,
                    "seed \(seed): \(log)")
                if let given { leases.append(given) }
            case 3:
                guard let held else { continue }
                let isDone = try await succeeds {
                    _ = try await connection.renew(held, milliseconds: duration, now: now)
                }
                #expect(isDone == model.renew(held, milliseconds: duration, now: now), "seed \(seed): \(log)")
            case 4, 5:
                guard let held else { continue }
                let outcome = LeaseOutcome.allCases.randomElement(using: &random) ?? .done
                let isDone = try await succeeds {
                    try await connection.end(held, outcome: outcome, policyVersion: version, run: run, now: now)
                }
                #expect(isDone == model.end(held, outcome, version: version, now: now), "seed \(seed): \(log)")
            case 6:
                let announced = version ?? 0
                let isDone = try await succeeds {
                    try await connection.announce(
                        policyVersion: announced, weights: nil, source: "t", run: run, now: now)
                }
                #expect(isDone == model.announce(announced), "seed \(seed): \(log)")
            default:
                guard let ordinal = [[0], [1], [2]].randomElement(using: &random) else { continue }
                let batch = try await filled.pack(ordinal)
                model.add(batch.id)
            }
            let states = Dictionary(
                uniqueKeysWithValues: try await store.batches(run: run).map { ($0.id, $0.state.rawValue) })
            #expect(states == model.states, "seed \(seed): \(log)")
            let newest = try await store.policyVersion(run: run)
            #expect(newest == max(0, model.version), "seed \(seed): \(log)")
        }
        // Every batch was ended once at most.
        #expect(
            try await filled.count(
                "(SELECT 1 FROM leases WHERE outcome IN ('done', 'rejected') GROUP BY batch_id HAVING count(*) > 1)")
                == 0)
        #expect(try await filled.faults() == [])
    }

    private func succeeds(_ body: () async throws -> Void) async throws -> Bool {
        do {
            try await body()
            return true
        } catch let error as StoreError {
            #expect(error.kind == .conflict)
            return false
        }
    }
}

/// What the store should say, in memory: all batches are of samples of version 0 and may be 1 version behind.
private struct LeaseModel {
    private struct Hold {
        var batch: Int64
        var epoch: Int
        var expiresAt: Int64
        var isEnded = false
    }

    private(set) var states: [Int64: String]
    /// The newest announced; -1 before any.
    private(set) var version = -1
    private var holds: [Hold] = []

    init(batches: Int64) {
        states = Dictionary(uniqueKeysWithValues: (1...batches).map { ($0, "ready") })
    }

    mutating func add(_ batch: Int64) { states[batch] = "ready" }

    mutating func lease(milliseconds: Int64, now: Int64) -> [Int64]? {
        for index in holds.indices where !holds[index].isEnded && holds[index].expiresAt <= now {
            holds[index].isEnded = true
            states[holds[index].batch] = "ready"
        }
        for (batch, state) in states where state == "ready" && version > 1 { states[batch] = "expired" }
        guard let batch = states.filter({ $0.value == "ready" }).keys.min() else { return nil }
        let epoch = 1 + holds.count { $0.batch == batch }
        holds.append(Hold(batch: batch, epoch: epoch, expiresAt: now + milliseconds))
        states[batch] = "leased"
        return [Int64(holds.count), batch, Int64(epoch), now + milliseconds]
    }

    private func isLive(_ lease: Lease, _ now: Int64) -> Bool {
        guard holds.indices.contains(Int(lease.id) - 1) else { return false }
        let hold = holds[Int(lease.id) - 1]
        return hold.batch == lease.batch.id && hold.epoch == lease.epoch && !hold.isEnded && hold.expiresAt > now
    }

    mutating func renew(_ lease: Lease, milliseconds: Int64, now: Int64) -> Bool {
        guard isLive(lease, now) else { return false }
        holds[Int(lease.id) - 1].expiresAt = now + milliseconds
        return true
    }

    mutating func end(_ lease: Lease, _ outcome: LeaseOutcome, version: Int?, now: Int64) -> Bool {
        guard isLive(lease, now) else { return false }
        if let version, version <= self.version || version < 0 { return false }
        holds[Int(lease.id) - 1].isEnded = true
        states[lease.batch.id] = outcome.rawValue
        if let version { self.version = version }
        return true
    }

    mutating func announce(_ version: Int) -> Bool {
        guard version > self.version, version >= 0 else { return false }
        self.version = version
        return true
    }
}
