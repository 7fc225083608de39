import Experience
import Foundation
import JSON
import Serve
import Testing

@Suite(.serialized) struct PageTests {
    @Test(arguments: ["/", "/playground"])
    func pagesAllowOnlyOurOwnScript(path: String) async throws {
        try await TestServer.run { (server: TestServer) async throws in
            let page = try await server.get(path)
            #expect(page.status == 200)
            let policy = page.headers["content-security-policy"] ?? ""
            #expect(policy.contains("default-src 'none'"))
            #expect(policy.contains("script-src 'self'"))
            #expect(!policy.contains("unsafe"))
            #expect(policy.contains("frame-ancestors 'none'"))
            #expect(page.headers["x-content-type-options"] == "nosniff")
            #expect(page.headers["access-control-allow-origin"] == nil)
            #expect(!page.text.contains("onclick"))
            let script = page.text.split(separator: "<script src=\"").last?.prefix { $0 != "\"" } ?? ""
            let reply = try await server.get(String(script))
            #expect(reply.status == 200)
            #expect(reply.headers["content-type"]?.hasPrefix("text/javascript") == true)
        }
    }

    @Test func aRunsPageEscapesItsName() async throws {
        let path = NSTemporaryDirectory() + "pages-\(UUID().uuidString).sqlite"
        let store = try Store(path: path, access: .create)
        _ = try await store.run(named: "<b>x</b>", config: [:], seed: 0, isSimulated: true)
        try await TestServer.run({ $0.store = path }) { (server: TestServer) async throws in
            let overview = try await server.get("/")
            #expect(overview.text.contains("&lt;b&gt;x"))
            #expect(!overview.text.contains("<b>x"))
            #expect(overview.text.contains("/runs/%3Cb%3Ex%3C%2Fb%3E"))
            let page = try await server.get("/runs/%3Cb%3Ex%3C%2Fb%3E")
            #expect(!page.text.contains("<b>x"))
            #expect(try await server.get("/runs/absent").status == 404)
        }
    }

    @Test func everyRunCanBeReached() async throws {
        let path = NSTemporaryDirectory() + "pages-\(UUID().uuidString).sqlite"
        let store = try Store(path: path, access: .create)
        let name = "a-model-of-a-long-name-with-its-settings-step-"
        for number in 100..<230 {
            _ = try await store.run(named: name + "\(number)", config: [:], seed: 0, isSimulated: false)
        }
        try await TestServer.run({ $0.store = path }) { (server: TestServer) async throws in
            let first = try await server.get("/")
            #expect(first.text.contains("130 runs, the newest first: 1 to 100"))
            #expect(first.text.contains(">\(name)229</a>") && !first.text.contains(">\(name)100</a>"))
            let last = try await server.get("/?page=1&sort=run")
            #expect(last.text.contains("101 to 130") && last.text.contains(">\(name)100</a>"))
            #expect(last.text.contains("/?sort=-run&amp;page=1"))
            let found = try await server.get("/?name=step-10")
            #expect(found.text.contains("10 runs") && found.text.contains(">\(name)109</a>"))
            #expect(try await server.get("/?name=%3Cb%3E").text.contains("value=\"&lt;b&gt;\""))
            #expect(try await server.get("/?page=77").text.contains("No run is here"))
            #expect(try await server.get("/?page=x").status == 400)
            #expect(try await server.get("/compare?run=\(name)100").text.contains("The newest 100 of 130 runs"))
        }
    }

    @Test func aQueryThatNoPageReadsIsRefused() async throws {
        let path = NSTemporaryDirectory() + "pages-\(UUID().uuidString).sqlite"
        let store = try Store(path: path, access: .create)
        _ = try await store.run(named: "a", config: [:], seed: 0, isSimulated: true)
        try await TestServer.run({ $0.store = path }) { (server: TestServer) async throws in
            for (path, words) in [
                ("/?x=1", "no query parameter"), ("/playground?verifer=math", "did you mean 'verifier'?"),
                ("/runs/a?by=level", "no query parameter"),
                ("/runs/a/samples?outcme=correct", "did you mean 'outcome'?"),
                ("/runs/a/samples?outcome=corect", "did you mean 'correct'?"),
                ("/runs/a/samples?dataset=x", "no dataset 'x'"),
                ("/runs/a/samples?page=1&page=2", "given twice"), ("/runs/a/samples?text=%zz", "percent-encoding"),
                ("/compare?first=a", "both"), ("/compare?frist=a&second=a", "did you mean 'first'?"),
                ("/v1/jobs?limt=3", "did you mean 'limit'?"),
            ] {
                let reply = try await server.get(path)
                #expect(reply.status == 400, "\(path)")
                #expect(reply.text.contains(words), "\(path): \(reply.text)")
            }
            for path in ["/", "/compare", "/runs/a", "/runs/a/samples?outcome=&text=&page=1"] {
                #expect(try await server.get(path).status == 200, "\(path)")
            }
        }
    }

    @Test func eventsTellTheState() async throws {
        try await TestServer.run { (server: TestServer) async throws in
            let text = "GET /v1/events HTTP/1.1\r\nHost: localhost\r\n\r\n"
            let reply = try await server.exchange(Array(text.utf8), seconds: 2)
            #expect(reply.headers["content-type"] == "text/event-stream")
            let line = reply.text.split(separator: "\n").first { $0.hasPrefix("data: ") } ?? ""
            let state = try JSONValue(parsing: line.dropFirst(6).utf8)
            #expect(state["verifiers"]?.arrayValue?.isEmpty == false)
        }
    }
}
