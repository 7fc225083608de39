import Experience
import Foundation
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

    @Test func aStoreThatIsBeingWrittenSaysSo() async throws {
        let path = NSTemporaryDirectory() + "runs-\(UUID().uuidString).sqlite"
        let store = try Store(path: path, access: .create)
        _ = try await store.run(named: "r", config: [:], seed: 0, isSimulated: false)
        try await TestServer.run({ $0.store = path }) { (server: TestServer) async throws in
            let reply = try await server.post("/v1/runs/r/leases", ["trainer": "t"])
            #expect(reply.status == 503)
            #expect(try await server.get("/v1/runs").status == 200)
        }
        withExtendedLifetime(store) {}
    }
}
