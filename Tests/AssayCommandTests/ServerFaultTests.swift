import Experience
import Foundation
import GRDB
import JSON
import TestServers
import Testing

/// `assay run` against servers whose answers are no samples, or are more than text.
@Suite(.timeLimit(.minutes(5))) struct ServerFaultTests {
    let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
        let rows = (0..<4).map { #"{"id": "p\#($0)", "prompt": "What is 3+4? (\#($0))", "answer": "7"}"# }
        try folder.write(rows.joined(separator: "\n"), to: "rows.jsonl")
    }

    /// The second problem is answered with an error for ever, but for its first two samples where `some` are given.
    private func serving(_ body: String = Canned.completion(text: "7"), some: Bool = false) throws -> FaultServer {
        try FaultServer { request, connection in
            if request.method == "GET" {
                connection.reply(request.path.contains("/v1/models") ? 200 : 404, Canned.models)
            } else if request.body.contains("(1)"),
                !(some && request.headers["x-request-id"]?.contains("-1-2-") == false)
            {
                connection.reply(500, #"{"error":{"message":"index out of range"}}"#)
            } else {
                connection.reply(200, body)
            }
            return .keep
        }
    }

    private func config(_ url: String, _ more: String = "", rollout: String = "") throws -> String {
        try folder.write(
            """
            name: t
            store: \(folder.file("t.sqlite"))
            sampling: {n: 3, max_tokens: 32}
            rollout: {endpoints: ["\(url)"]\(rollout)}
            dataset: {path: \(folder.file("rows.jsonl"))}
            \(more)
            """, to: "c.yaml")
    }

    private func values(_ sql: String) async throws -> [String] {
        try await Store(path: folder.file("t.sqlite"), access: .read).read { try String.fetchAll($0, sql: sql) }
    }

    @Test func aPromptThatAlwaysFailsHasNoVerdict() async throws {
        let server = try serving()
        defer { server.stop() }
        let result = try await AssayProcess.run(["run", config(server.url)])
        #expect(result.code == 1 && result.errors.contains("3 samples failed (3 http500)"), "\(result.errors)")
        let counts = try await values(
            "SELECT count(*) FROM completions UNION ALL SELECT count(*) FROM verdicts UNION ALL SELECT count(*) FROM sample_failures"
        )
        #expect(counts == ["9", "9", "3"])
    }

    @Test func aPartialGroupIsKeptWhereThatIsSaid() async throws {
        let server = try serving(some: true)
        defer { server.stop() }
        let path = try config(server.url, rollout: ", partial_groups: keep")
        let result = try await AssayProcess.run(["run", path])
        #expect(result.code == 0 && result.errors.contains("1 group goes on without a sample"), "\(result.errors)")
        #expect(try await values("SELECT group_concat(wanted_n) FROM groups") == ["3,2,3,3"])
        let again = try await AssayProcess.run(["run", path])
        #expect(again.code == 0, "\(again.errors)")
    }

    @Test func secretsAreNowhere() async throws {
        setenv("ASSAY_TEST_HEADER_VALUE", "secret-of-the-environment", 1)
        let server = try serving()
        defer { server.stop() }
        let url = server.url.replacing("http://", with: "http://user:secret-password@") + "?key=secret-query"
        let headers = ##", headers: {X-One: secret-literal, X-Two: "${ASSAY_TEST_HEADER_VALUE}"}"##
        let result = try await AssayProcess.run(["run", config(url, rollout: headers)])
        let post = try #require(server.posts.first)
        #expect(post.headers["x-one"] == "secret-literal" && post.headers["x-two"] == "secret-of-the-environment")
        #expect(
            post.path == "/v1/completions?key=secret-query" && post.headers["authorization"]?.hasPrefix("Basic") == true
        )
        let stored = try Data(contentsOf: URL(fileURLWithPath: folder.file("t.sqlite")))
        let page = try Data(contentsOf: URL(fileURLWithPath: folder.file("t.html")))
        for text in [
            result.output, result.errors, String(decoding: stored, as: UTF8.self),
            String(decoding: page, as: UTF8.self),
        ] {
            #expect(!text.contains("secret-"))
        }
        #expect(try await values("SELECT config FROM runs").first?.contains("${ASSAY_TEST_HEADER_VALUE}") == true)
    }

    @Test func reasoningIsKeptAndJudgedByTheRule() async throws {
        let body =
            #"{"choices":[{"index":0,"text":"I am done","reasoning_content":"So \\boxed{7}","finish_reason":"stop"}],"usage":{"completion_tokens":9}}"#
        let server = try serving(body)
        defer { server.stop() }
        let path = try config(server.url)
        let result = try await AssayProcess.run(["run", path])
        #expect(
            result.errors.contains(
                "9 completions have reasoning or tool calls of their own; judged is the answer alone"))
        #expect(try await values("SELECT DISTINCT reasoning FROM completions") == ["So \\boxed{7}"])
        let correct = "SELECT count(*) FROM verdicts WHERE outcome = 'correct'"
        #expect(try await values(correct) == ["0"])
        _ = try await AssayProcess.run(["run", path, "--set", "verify.reasoning=whole"])
        #expect(try await values(correct) == ["9"])
    }
}
