import Experience
import Foundation
import JSON
import Serve
import Testing
import Verifiers

@Suite(.serialized) struct TokensTests {
    private static let item: JSONValue = ["response": "1", "answer": "1"]

    @Test func scopes() async throws {
        var tokens = Tokens()
        tokens.add("v", name: "trainer", scopes: [.verify])
        tokens.add("r", name: "viewer", scopes: [.read])
        tokens.add("a", name: "root", scopes: [.admin])
        try await TestServer.run(tokens: tokens) { (server: TestServer) async throws in
            for (header, verify, read) in [
                ("Bearer v", 200, 403), ("Bearer r", 403, 200), ("bearer a", 200, 200), ("Bearer x", 401, 401),
                ("Basic " + Data("user:v".utf8).base64EncodedString(), 200, 403), ("Basic !!", 401, 401),
                ("", 401, 401),
            ] {
                let headers = header.isEmpty ? [:] : ["Authorization": header]
                #expect(try await server.post("/v1/verify", Self.item, headers: headers).status == verify, "\(header)")
                #expect(try await server.get("/metrics", headers: headers).status == read, "\(header)")
            }
            #expect(try await server.get("/healthz").status == 200)
            let refused = try await server.get("/metrics")
            #expect(refused.headers["www-authenticate"]?.contains("Bearer") == true)
        }
    }

    @Test func fileOfDigests() throws {
        let path = NSTemporaryDirectory() + "tokens-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: path) }
        let made = Tokens.make(name: "t", scopes: [.verify, .read])
        #expect(made.line.hasPrefix("t verify,read sha256:"))
        #expect(!made.line.contains(made.token))
        try Data("# ours\n\n\(made.line)\n".utf8).write(to: URL(fileURLWithPath: path))
        #expect(!(try Tokens(path: path).isEmpty))
        try Data("t verify plain\n".utf8).write(to: URL(fileURLWithPath: path))
        #expect(throws: ConfigProblem.self) { try Tokens(path: path) }
        #expect(throws: ConfigProblem.self) { try Tokens(path: "/nonexistent") }
        #expect(throws: ConfigProblem.self) { try Tokens(path: "/dev/zero") }
    }

    @Test func digestsAreSHA256() async throws {
        let path = NSTemporaryDirectory() + "tokens-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: path) }
        // FIPS 180-4's examples: one block, and two.
        let long = "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"
        try Data(
            """
            short verify sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad
            long verify sha256:248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1

            """.utf8
        ).write(to: URL(fileURLWithPath: path))
        try await TestServer.run(tokens: try Tokens(path: path)) { (server: TestServer) async throws in
            for token in ["abc", long] {
                let reply = try await server.post(
                    "/v1/verify", Self.item, headers: ["Authorization": "Bearer \(token)"])
                #expect(reply.status == 200)
            }
        }
    }

    @Test func anyOtherAddressNeedsTokens() {
        var options = ServeOptions()
        options.host = "0.0.0.0"
        #expect(throws: ConfigProblem.self) { try RewardServer(options: options, registry: .standard) }
    }

    @Test func withoutTokensOtherSitesAreRefused() async throws {
        try await TestServer.run { (server: TestServer) async throws in
            #expect(try await server.get("/v1/verifiers", headers: ["Host": "evil.example"]).status == 421)
            let posted = try await server.post("/v1/verify", Self.item, headers: ["Origin": "http://evil.example"])
            #expect(posted.status == 403)
            let own = try await server.post(
                "/v1/verify", Self.item, headers: ["Origin": "http://127.0.0.1:\(server.port)"])
            #expect(own.status == 200)
        }
    }

    @Test("A name that a stranger owns is not this machine, however it begins")
    func rebinding() async throws {
        try await TestServer.run { (server: TestServer) async throws in
            for name in [
                "127.0.0.1.evil.example", "127.evil", "localhost.evil.example", "127.1", "0x7f.1", "evil@127.0.0.1",
            ] {
                #expect(try await server.get("/healthz", headers: ["Host": name]).status == 421, "\(name)")
                let headers = ["Host": name, "Origin": "http://\(name)"]
                #expect(try await server.post("/v1/verify", Self.item, headers: headers).status == 421, "\(name)")
            }
            for name in ["LOCALHOST:\(server.port)", "localhost", "[::1]:1", "127.7.7.7"] {
                #expect(try await server.get("/healthz", headers: ["Host": name]).status == 200, "\(name)")
            }
        }
    }

    @Test func twoHostsAreNone() async throws {
        try await TestServer.run { (server: TestServer) async throws in
            for hosts in [["localhost", "evil.example"], ["evil.example", "localhost"], ["localhost", "localhost"]] {
                let lines = hosts.map { "Host: \($0)\r\n" }.joined()
                let reply = try await server.exchange(Array("GET /healthz HTTP/1.1\r\n\(lines)\r\n".utf8))
                #expect(reply.status == 400, "\(hosts)")
            }
        }
    }

    @Test func anOriginIsSchemeHostAndPort() async throws {
        try await TestServer.run { (server: TestServer) async throws in
            let port = server.port
            for (host, origin, status) in [
                ("127.0.0.1:\(port)", "http://127.0.0.1:\(port)", 200),
                ("LOCALHOST:\(port)", "http://localhost:\(port)", 200),
                ("localhost", "http://localhost:80", 200), ("[::1]:\(port)", "http://[::1]:\(port)", 200),
                ("127.0.0.1:\(port)", "http://127.0.0.1", 403), ("127.0.0.1:\(port)", "http://127.0.0.1:1", 403),
                ("127.0.0.1:\(port)", "http://localhost:\(port)", 403), ("127.0.0.1:\(port)", "null", 403),
                ("127.0.0.1:\(port)", "https://127.0.0.1:\(port)", 403), ("127.0.0.1:\(port)", "", 403),
                ("127.0.0.1:\(port)", "http://127.0.0.1:\(port).evil.example", 403),
                ("127.0.0.1:\(port)", "http://127.0.0.1.evil.example:\(port)", 403),
                ("127.0.0.1:\(port)", "http://evil.example@127.0.0.1:\(port)", 403),
                ("127.0.0.1:\(port)", "http://127.0.0.1:\(port)/", 403),
                ("127.0.0.1:\(port)", "127.0.0.1:\(port)", 403),
            ] {
                let reply = try await server.post("/v1/verify", Self.item, headers: ["Host": host, "Origin": origin])
                #expect(reply.status == status, "\(host) \(origin)")
            }
        }
    }

    @Test("The password that a browser was given once is sent by foreign pages too; a token in a header is not")
    func basicCredentialsNeedAPageOfOurs() async throws {
        var tokens = Tokens()
        tokens.add("v", name: "trainer", scopes: [.verify])
        let basic = "Basic " + Data("user:v".utf8).base64EncodedString()
        try await TestServer.run(tokens: tokens) { (server: TestServer) async throws in
            for (extra, status) in [
                ([:], 200), (["Origin": "http://evil.example"], 403), (["Sec-Fetch-Site": "cross-site"], 403),
                (["Sec-Fetch-Site": "same-site", "Origin": "http://127.0.0.1:\(server.port)"], 403),
                (["Origin": "null"], 403),
                (["Sec-Fetch-Site": "same-origin", "Origin": "https://rewards.example"], 200),
                (["Host": "rewards.example", "Origin": "https://rewards.example"], 200),
                (["Host": "rewards.example", "Origin": "https://evil.example"], 403),
            ] as [([String: String], Int)] {
                let headers = extra.merging(["Authorization": basic]) { $1 }
                #expect(try await server.post("/v1/verify", Self.item, headers: headers).status == status, "\(extra)")
                let bearer = extra.merging(["Authorization": "Bearer v"]) { $1 }
                #expect(try await server.post("/v1/verify", Self.item, headers: bearer).status == 200, "\(extra)")
            }
        }
    }

    @Test(
        "What only the admin may: leases, batches, policy versions and files of the server",
        arguments: ["v", "r", "vr"])
    func adminAlone(token: String) async throws {
        var tokens = Tokens()
        tokens.add("v", name: "trainer", scopes: [.verify])
        tokens.add("r", name: "viewer", scopes: [.read])
        tokens.add("vr", name: "both", scopes: [.verify, .read])
        tokens.add("a", name: "root", scopes: [.admin])
        let folder = NSTemporaryDirectory() + "scopes-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        try Data(#"{"response": "1", "answer": "1"}"#.utf8).write(to: URL(fileURLWithPath: folder + "/in.jsonl"))
        _ = try await Store(path: folder + "/s.sqlite", access: .create)
            .run(named: "r", config: [:], seed: 0, isSimulated: false)
        try await TestServer.run(
            {
                $0.store = folder + "/s.sqlite"
                $0.jobs = folder + "/jobs.sqlite"
                $0.jobsRoot = folder
            }, tokens: tokens
        ) { (server: TestServer) async throws in
            let held: JSONValue = ["lease": 1, "epoch": 1, "batch": 1, "outcome": "done"]
            for (path, body, status) in [
                ("/v1/runs/r/leases", ["trainer": "t"], 204), ("/v1/runs/r/leases/renew", held, 404),
                ("/v1/runs/r/leases/end", held, 404),
                ("/v1/runs/r/leases/logprobs", ["policy_version": 0, "logprobs": []], 400),
                ("/v1/runs/r/policy-version", ["policy_version": 1], 200), ("/v1/jobs", ["path": "in.jsonl"], 201),
            ] as [(String, JSONValue, Int)] {
                let refused = try await server.post(path, body, headers: ["Authorization": "Bearer \(token)"])
                #expect(refused.status == 403, "\(path)")
                #expect(
                    try await server.post(path, body, headers: ["Authorization": "Bearer a"]).status == status,
                    "\(path)")
            }
            let batch = try await server.get("/v1/runs/r/batches/1", headers: ["Authorization": "Bearer \(token)"])
            #expect(batch.status == 403)
        }
    }
}
