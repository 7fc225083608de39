import Experience
import Foundation
import GRDB
import JSON
import Serve
import Testing

@Suite(.serialized) struct RunTests {
    @Test func policyVersionsAndLeases() async throws {
        let path = NSTemporaryDirectory() + "runs-\(UUID().uuidString).sqlite"
        _ = try await Store(path: path, access: .create).run(named: "r", config: [:], seed: 0, isSimulated: false)
        try await TestServer.run({ $0.store = path }) { (server: TestServer) async throws in
            #expect(try await server.get("/v1/runs").json["runs"]?.arrayValue?.first?["name"] == "r")
            #expect(try await server.get("/v1/runs/r/policy-version").json["policy_version"] == 0)
            let noticed = try await server.post(
                "/v1/runs/r/policy-version", ["policy_version": 3, "weights": "s3://w"])
            #expect(noticed.status == 200)
            #expect(try await server.get("/v1/runs/r/policy-version").json["policy_version"] == 3)
            #expect(try await server.post("/v1/runs/r/leases", ["trainer": "t"]).status == 204)
            #expect(try await server.post("/v1/runs/x/leases", ["trainer": "t"]).status == 404)
            #expect(try await server.get("/v1/runs/r/batches/1").status == 404)
        }
    }

    /// A store that another process fills, here held open for writing, with one ready batch.
    private static func filledStore() async throws -> (Store, Run) {
        let path = NSTemporaryDirectory() + "runs-\(UUID().uuidString).sqlite"
        let store = try Store(path: path, access: .create)
        let run = try await store.run(named: "r", config: [:], seed: 0, isSimulated: false)
        let scoring = try await store.scoring(verifier: "math", version: "1", options: [:])
        let set = try await store.addAdvantageSet(run: run, scoring: scoring, estimator: "grpo", parameters: [:])
        try await store.addGroups(run: run, from: 0, problems: [Problem(id: "p")], sampling: SamplingParameters())
        try await store.record([SampledCompletion(ordinal: 0, completion: Completion(index: 0, text: "x"))], run: run)
        let tensors = [
            BatchTensor("completions", "<i8", [Int64(1)]), BatchTensor("token_ids", "<i4", [Int32(1), 2, 3]),
            BatchTensor("token_offsets", "<i8", [Int64(0), 3]),
        ]
        try await store.add(
            PackedBatch(set: set, policyVersion: 0, maxStaleness: 1, tokens: 3, items: [], tensors: tensors), run: run)
        return (store, run)
    }

    @Test func trainersLeaseWhileARunFillsTheStore() async throws {
        let (store, run) = try await Self.filledStore()
        try await TestServer.run({ $0.store = store.path }) { (server: TestServer) async throws in
            let lease = try await server.post("/v1/runs/r/leases", ["trainer": "t", "milliseconds": 60_000])
            #expect(lease.status == 200)
            #expect(lease.json["epoch"] == 1 && lease.json["policy_version"] == 0 && lease.json["weights"] == .null)
            let tensors = try await server.get(lease.json["tensors"]?.stringValue ?? "")
            #expect(tensors.body.suffix(28).prefix(12) == [1, 0, 0, 0, 2, 0, 0, 0, 3, 0, 0, 0])
            #expect(try await server.post("/v1/runs/r/leases", ["trainer": "u"]).status == 204)
            // The filling process writes on in between.
            _ = try await store.scoring(verifier: "other", version: "1", options: [:])
            var held = JSONValue.object([
                .init("lease", lease.json["lease"] ?? .null), .init("epoch", 1), .init("trainer", "t"),
                .init("batch", lease.json["batch"]?["id"] ?? .null),
            ])
            let renewed = try await server.post("/v1/runs/r/leases/renew", held)
            #expect(
                (renewed.json["expires_at"]?.intValue ?? 0) > (lease.json["expires_at"]?.intValue ?? .max))
            func writing(_ logprobs: JSONValue) async throws -> Int {
                let body = (held.objectValue ?? []) + [.init("policy_version", 0), .init("logprobs", logprobs)]
                return try await server.post("/v1/runs/r/leases/logprobs", .object(body)).status
            }
            #expect(try await writing([-0.5, -1, -0.25]) == 200)
            #expect(try await writing([-0.5, -1]) == 400)
            #expect(try await writing([-0.5, -1, "x"]) == 400)
            let kept = try await store.read { db in
                try Data.fetchOne(db, sql: "SELECT data FROM tokens WHERE source = 'trainer' AND kind = 'logprob'")
            }
            #expect(kept?.elements() == [Float(-0.5), -1, -0.25])
            held = .object(
                (held.objectValue ?? []) + [
                    .init("outcome", "done"), .init("policy_version", 1), .init("weights", "s3://w1"),
                ])
            func ending(_ metrics: JSONValue) async throws -> TestReply {
                try await server.post(
                    "/v1/runs/r/leases/end", .object((held.objectValue ?? []) + [.init("metrics", metrics)]))
            }
            #expect(try await ending(["loss": "x"]).text.contains("metrics.loss must be a finite number"))
            #expect(try await ending([1]).status == 400)
            #expect(try await ending(["loss": .null, "kl": 0.5]).status == 200)
            #expect(try await server.post("/v1/runs/r/leases/end", held).status == 409)
            #expect(try await server.post("/v1/runs/r/leases/renew", held).status == 409)
            #expect(try await writing([-0.5, -1, -0.25]) == 409)
            #expect(try await server.get("/v1/runs/r/policy-version").json["weights"] == "s3://w1")
        }
        let state = try await store.onlineState(run: run)
        #expect(state.doneBatches == 1 && state.policyVersion == 1)
    }

    @Test("A policy version is its token's, whatever the trainer calls itself", arguments: [true, false])
    func sources(hasTokens: Bool) async throws {
        let (store, _) = try await Self.filledStore()
        var tokens = Tokens()
        if hasTokens { tokens.add("a", name: "alice", scopes: [.admin]) }
        try await TestServer.run({ $0.store = store.path }, tokens: tokens) { (server: TestServer) async throws in
            let headers = hasTokens ? ["Authorization": "Bearer a"] : [:]
            let lease = try await server.post("/v1/runs/r/leases", ["trainer": "bob"], headers: headers).json
            let body: JSONValue = [
                "lease": lease["lease"] ?? nil, "epoch": lease["epoch"] ?? nil, "batch": lease["batch"]?["id"] ?? nil,
                "trainer": "bob", "outcome": "done", "policy_version": 1,
            ]
            #expect(try await server.post("/v1/runs/r/leases/end", body, headers: headers).status == 200)
            let notice: JSONValue = ["policy_version": 2, "source": "bob", "trainer": "bob"]
            #expect(try await server.post("/v1/runs/r/policy-version", notice, headers: headers).status == 200)
        }
        let (holders, sources) = try await store.read { db in
            (
                try String.fetchAll(db, sql: "SELECT trainer FROM leases"),
                try String.fetchAll(db, sql: "SELECT source FROM policy_versions WHERE version > 0 ORDER BY version")
            )
        }
        #expect(holders == [hasTokens ? "alice" : "bob"])
        #expect(sources == (hasTokens ? ["alice", "alice"] : ["bob", "local"]))
    }

    @Test func aLeaseEndsItsOwnBatchAlone() async throws {
        let (store, run) = try await Self.filledStore()
        let first = try await store.batches(run: run)[0]
        try await store.add(
            PackedBatch(
                set: first.set, policyVersion: 0, maxStaleness: 1, tokens: 3, items: [],
                tensors: try await store.tensors(batch: first.id)), run: run)
        try await TestServer.run({ $0.store = store.path }) { (server: TestServer) async throws in
            for trainer in ["a", "b"] {
                let lease = try await server.post("/v1/runs/r/leases", ["trainer": .string(trainer)])
                #expect(lease.status == 200)
            }
            let crossed: JSONValue = ["lease": 1, "epoch": 1, "batch": 2]
            let parts = crossed.objectValue ?? []
            let end = try await server.post(
                "/v1/runs/r/leases/end", .object(parts + [.init("outcome", "done"), .init("policy_version", 1)]))
            #expect(end.status == 409)
            #expect(String(decoding: end.body, as: UTF8.self).contains("lease 1 is not of batch 2"))
            #expect(try await server.post("/v1/runs/r/leases/renew", crossed).status == 409)
            let logprobs = try await server.post(
                "/v1/runs/r/leases/logprobs",
                .object(parts + [.init("policy_version", 1), .init("logprobs", [-1, -1, -1])]))
            #expect(logprobs.status == 409)
        }
        #expect(try await store.batches(run: run).map(\.state) == [.leased, .leased])
        #expect(try await store.policyVersion(run: run) == 0)
    }

    @Test func twoTrainersNeverGetOneBatch() async throws {
        let (store, _) = try await Self.filledStore()
        try await TestServer.run({ $0.store = store.path }) { (server: TestServer) async throws in
            let statuses = try await withThrowingTaskGroup(of: Int.self) { group in
                for trainer in 0..<8 {
                    group.addTask {
                        try await server.post("/v1/runs/r/leases", ["trainer": .string("t\(trainer)")]).status
                    }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(statuses.sorted() == [200] + Array(repeating: 204, count: 7))
        }
    }

    @Test func aLeaseNeedsItsParts() async throws {
        let (store, _) = try await Self.filledStore()
        try await TestServer.run({ $0.store = store.path }) { (server: TestServer) async throws in
            #expect(try await server.post("/v1/runs/r/leases", ["trainer": ""]).status == 400)
            let misspelt = try await server.post("/v1/runs/r/leases", ["trainer": "a", "millisecond": 5000])
            #expect(misspelt.status == 400)
            #expect(String(decoding: misspelt.body, as: UTF8.self).contains("did you mean 'milliseconds'?"))
            let verify = try await server.post("/v1/verify", ["items": [], "timeout_s": 3])
            #expect(verify.status == 400, "\(String(decoding: verify.body, as: UTF8.self))")
            _ = try await store.run(named: "other", config: [:], seed: 1, isSimulated: true)
            #expect(try await server.get("/v1/runs/other/batches/1").status == 404)
            #expect(try await server.get("/v1/runs/r/batches/1").status == 200)
            #expect(try await server.post("/v1/runs/r/leases/renew", ["lease": 1]).status == 400)
            #expect(try await server.post("/v1/runs/r/leases/end", ["lease": 1, "outcome": "won"]).status == 400)
            let foreign: JSONValue = ["lease": 1, "epoch": 1, "batch": 99, "outcome": "done"]
            #expect(try await server.post("/v1/runs/r/leases/end", foreign).status == 404)
        }
    }
}
