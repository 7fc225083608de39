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

    @Test("What a page of another site sends is refused, whatever comes with it")
    func foreignPages() async throws {
        var tokens = Tokens()
        tokens.add("v", name: "trainer", scopes: [.admin])
        let basic = "Basic " + Data("user:v".utf8).base64EncodedString()
        try await TestServer.run(tokens: tokens) { (server: TestServer) async throws in
            let own = "http://127.0.0.1:\(server.port)"
            let navigation = ["Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"]
            for (extra, post, get) in [
                ([:], 200, 200), (["Origin": "http://evil.example"], 403, 403), (["Origin": "null"], 403, 403),
                (["Sec-Fetch-Site": "cross-site"], 403, 403), (["Sec-Fetch-Site": "same-site"], 403, 403),
                (["Sec-Fetch-Site": "same-site", "Origin": own], 403, 403),
                (["Sec-Fetch-Site": "same-origin", "Origin": "http://evil.example"], 403, 403),
                (["Sec-Fetch-Site": "cross-site"].merging(navigation) { $1 }, 403, 200),
                (["Sec-Fetch-Site": "cross-site", "Origin": own].merging(navigation) { $1 }, 403, 403),
                (["Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "iframe"], 403, 403),
                (["Sec-Fetch-Site": "same-origin", "Origin": own], 200, 200), (["Sec-Fetch-Site": "none"], 200, 200),
                (["Host": "rewards.example", "Origin": "https://rewards.example"], 200, 200),
                (["Host": "rewards.example", "Origin": "https://evil.example"], 403, 403),
                (["Host": "rewards.example:443", "Origin": "https://rewards.example"], 200, 200),
                (["Host": "rewards.example:80", "Origin": "http://rewards.example"], 200, 200),
                (["Host": "rewards.example:81", "Origin": "http://rewards.example"], 403, 403),
                (["Host": "rewards.example:443", "Origin": "http://rewards.example"], 403, 403),
            ] as [([String: String], Int, Int)] {
                let bearer = extra.merging(["Authorization": "Bearer v"]) { $1 }
                #expect(try await server.post("/v1/verify", Self.item, headers: bearer).status == post, "\(extra)")
                #expect(try await server.get("/v1/verifiers", headers: bearer).status == get, "\(extra)")
                // A browser gets nowhere by Basic, which it sends by itself.
                let isBrowser = !extra.isEmpty
                let headers = extra.merging(["Authorization": basic]) { $1 }
                let status = try await server.post("/v1/verify", Self.item, headers: headers).status
                #expect(status == (isBrowser && post == 200 ? 401 : post), "\(extra)")
            }
        }
    }

    @Test func stateIsChangedByJSONAlone() async throws {
        let folder = NSTemporaryDirectory() + "types-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        try await TestServer.run({ $0.jobs = folder + "/jobs" }) { (server: TestServer) async throws in
            for (type, status) in [
                ("application/json", 201), ("application/json; charset=utf-8", 201), ("APPLICATION/JSON", 201),
                ("text/plain", 415), ("application/x-www-form-urlencoded", 415),
                ("multipart/form-data; boundary=x", 415),
                ("application/jsonx", 415), ("text/plain; application/json", 415), ("", 415),
            ] {
                let reply = try await server.post("/v1/jobs", ["items": [Self.item]], headers: ["Content-Type": type])
                #expect(reply.status == status, "\(type)")
            }
        }
    }

    @Test("People sign in by a page; the cookie is no token, and no script or other site gets at it")
    func signIn() async throws {
        var tokens = Tokens()
        tokens.add("r", name: "viewer", scopes: [.read, .verify])
        try await TestServer.run(tokens: tokens) { (server: TestServer) async throws in
            let page = ["Accept": "text/html,*/*"]
            let asked = try await server.get("/playground", headers: page)
            #expect(asked.status == 303)
            #expect(asked.headers["location"] == "/sign-in?next=%2Fplayground")
            #expect(try await server.get("/playground").status == 401)
            #expect(try await server.get("/sign-in?next=%2Fplayground").text.contains("value=\"/playground\""))
            for next in ["//evil.example", "/\\evil.example", "https://evil.example", "", "/a%0d%0aX: y"] {
                let form = Array("token=r&next=\(next)".utf8)
                let type = ["Content-Type": "application/x-www-form-urlencoded"]
                #expect(try await server.post("/sign-in", form, headers: type).headers["location"] == "/", "\(next)")
            }
            let form = ["Content-Type": "application/x-www-form-urlencoded"]
            #expect(try await server.post("/sign-in", Array("token=x".utf8), headers: form).status == 401)
            let foreign = form.merging(["Origin": "http://evil.example"]) { $1 }
            #expect(try await server.post("/sign-in", Array("token=r".utf8), headers: foreign).status == 403)
            let signedIn = try await server.post("/sign-in", Array("token=r&next=%2Fplayground".utf8), headers: form)
            #expect(signedIn.status == 303 && signedIn.headers["location"] == "/playground")
            let set = signedIn.headers["set-cookie"] ?? ""
            #expect(set.contains("; HttpOnly; SameSite=Strict"))
            let cookie = ["Cookie": "other=1; " + (set.components(separatedBy: ";").first ?? "")]
            #expect(try await server.get("/playground", headers: page.merging(cookie) { $1 }).status == 200)
            #expect(try await server.post("/v1/verify", Self.item, headers: cookie).status == 200)
            let text = cookie.merging(["Content-Type": "text/plain"]) { $1 }
            #expect(try await server.post("/v1/verify", Self.item, headers: text).status == 415)
            #expect(try await server.get("/v1/verifiers", headers: ["Cookie": "assay_session=r"]).status == 401)
            #expect(try await server.post("/sign-out", [], headers: cookie.merging(form) { $1 }).status == 303)
            #expect(try await server.get("/v1/verifiers", headers: cookie).status == 401)
        }
    }

    @Test func jobsBelongToTheirMaker() async throws {
        var tokens = Tokens()
        for (token, scope) in [("a", Scope.verify), ("b", .verify), ("r", .read), ("x", .admin)] {
            tokens.add(token, name: token, scopes: [scope])
        }
        let folder = NSTemporaryDirectory() + "owners-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        try await TestServer.run(
            {
                $0.jobs = folder + "/jobs"
                $0.maxJobsPerToken = 2
            }, tokens: tokens
        ) { (server: TestServer) async throws in
            func send(_ method: String, _ path: String, as token: String, _ body: JSONValue? = nil) async throws
                -> TestReply
            {
                try await server.send(
                    method, path, headers: ["Authorization": "Bearer \(token)", "Idempotency-Key": "k"],
                    body: body?.bytes ?? [])
            }
            let made = try await send("POST", "/v1/jobs", as: "a", ["items": [Self.item]])
            let path = "/v1/jobs/" + (made.json["id"]?.stringValue ?? "")
            #expect(try await send("POST", "/v1/jobs", as: "a", ["items": [Self.item]]).status == 200)
            // The same key of another is another request.
            #expect(try await send("POST", "/v1/jobs", as: "b", ["items": []]).status == 201)
            for (token, reads, changes) in [
                ("a", true, true), ("b", false, false), ("r", true, false), ("x", true, true),
            ] {
                #expect(try await send("GET", path, as: token).status == (reads ? 200 : 404), "\(token)")
                #expect(try await send("GET", path + "/results", as: token).status == (reads ? 200 : 404), "\(token)")
                let cancelled = try await send("POST", path + "/cancel", as: token).status
                #expect(cancelled == (changes ? 200 : token == "r" ? 403 : 404), "\(token)")
                let listed = try await send("GET", "/v1/jobs", as: token).json["jobs"]?.arrayValue?.count
                #expect(listed == (token == "a" || token == "b" ? 1 : 2), "\(token)")
            }
            #expect(try await send("DELETE", path, as: "b").status == 404)
        }
    }

    @Test func tokensThatOthersMayWriteDoNotCount() throws {
        let path = NSTemporaryDirectory() + "modes-\(UUID().uuidString)"
        try Data("\(Tokens.make(name: "t", scopes: [.verify]).line)\n".utf8).write(to: URL(fileURLWithPath: path))
        for (mode, isTaken) in [
            (0o600, true), (0o644, true), (0o400, true), (0o664, false), (0o666, false), (0o602, false),
        ] {
            try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: path)
            #expect((try? Tokens(path: path)) != nil ? isTaken : !isTaken, "\(mode)")
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
