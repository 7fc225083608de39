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
}
