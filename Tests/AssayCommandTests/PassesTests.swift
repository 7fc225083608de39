import Experience
import Foundation
import GRDB
import Testing

/// A reference policy's and a critic's server beside the sampler's, through `assay run`.
@Suite(.enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/bin/python3"), "needs /usr/bin/python3"))
struct PassesTests {
    private let runs: RunCommandTests

    init() throws { runs = try RunCommandTests() }

    /// vLLM's shapes: log-prob of token t is -(1 + t % 7) / 8, the value of position i is i. Every path answers 503 from its
    /// `limit`-th request on.
    private static let server = """
        import http.server, json, sys, threading
        limit, seen = int(sys.argv[1]), {}
        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            def log_message(self, *_): pass
            def reply(self, status, value):
                body = json.dumps(value).encode()
                self.send_response(status)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)
            def do_GET(self):
                models = {"data": [{"id": "ref", "object": "model", "owned_by": "vllm", "max_model_len": 4096}]}
                self.reply(200 if self.path == "/v1/models" else 404, models if self.path == "/v1/models" else {})
            def do_POST(self):
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                seen[self.path] = seen.get(self.path, 0) + 1
                if seen[self.path] > limit: return self.reply(503, {})
                if self.path == "/pooling":
                    return self.reply(200, {"data": [{"index": 0, "data": [[i] for i in range(len(body["input"]))]}]})
                ids = body["prompt"]
                known = [None] + [{str(t): {"logprob": -(1 + t % 7) / 8, "rank": 1}} for t in ids[1:]]
                choice = {"index": 0, "text": "", "finish_reason": "length", "prompt_logprobs": known}
                self.reply(200, {"choices": [choice]})
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        print(server.server_port, flush=True)
        sys.stdin.read()
        """

    /// `assay run` with both servers up for `limit` requests to each path.
    private func run(_ config: String, limit: Int) async throws -> AssayProcess.Result {
        let (script, port) = (runs.folder.file("server.py"), runs.folder.file("port-\(limit)"))
        try runs.folder.write(Self.server, to: "server.py")
        return try await AssayProcess.shell(
            """
            mkfifo \(port).in; python3 \(script) \(limit) < \(port).in > \(port) & exec 9> \(port).in
            until [ -s \(port) ]; do sleep 0.05; done
            "$ASSAY" run \(config) --quiet --set rollout.server=vllm --set optimize.shaping.kl_beta=0.1 \\
                --set rollout.reference=http://127.0.0.1:$(cat \(port)) --set rollout.critic=http://127.0.0.1:$(cat \(port))
            code=$?; exec 9>&-; wait; exit $code
            """)
    }

    @Test func withoutPromptIDsNobodyIsAsked() async throws {
        try await runs.serving { url in
            let config = try runs.config(url)
            let result = try await AssayProcess.run([
                "run", config, "--quiet", "--set", "rollout.critic=http://127.0.0.1:9",
            ])
            #expect(result.code == 1)
            #expect(result.errors.contains("160 of 160 completions have no token ids"), "\(result.errors)")
        }
    }

    /// The arrays of a completion.
    private struct Scored: Sendable {
        var (prompt, ids): ([Int32], [Int32])
        var (reference, critic): ([Float], [Float])

        init(_ row: Row) {
            func data(_ name: String) -> Data { row[name] ?? Data() }
            (prompt, ids) = (data("prompt").elements(), data("ids").elements())
            (reference, critic) = (data("reference").elements(), data("critic").elements())
        }
    }

    @Test func everyCompletionIsScoredOnceAndOutagesAreGoneOnFrom() async throws {
        try await runs.serving { url in
            let config = try runs.config(url)
            let stopped = try await run(config, limit: 50)
            #expect(stopped.code == 1, "\(stopped)")
            #expect(stopped.errors.contains("were not scored by the reference"), "\(stopped.errors)")
            let finished = try await run(config, limit: 1_000)
            #expect(finished.code == 0, "\(finished.errors)")

            let store = try Store(path: runs.folder.file("t.sqlite"), access: .read)
            let rows = try await store.read { db in
                try Row.fetchAll(
                    db,
                    sql: """
                        SELECT g.prompt_ids AS prompt, i.data AS ids, r.data AS reference, v.data AS critic
                        FROM completions c JOIN groups g USING(group_id)
                            JOIN tokens i ON i.completion_id = c.completion_id AND i.kind = 'ids' AND i.source = 'sampler'
                            LEFT JOIN tokens r ON r.completion_id = c.completion_id AND r.source = 'reference'
                            LEFT JOIN tokens v ON v.completion_id = c.completion_id AND v.source = 'critic'
                        """
                ).map { Scored($0) }
            }
            #expect(rows.count == 160)
            for row in rows {
                #expect(row.reference == row.ids.map { -Float(1 + $0 % 7) / 8 })
                // The value of the state before each token.
                #expect(row.critic == row.ids.indices.map { Float(row.prompt.count - 1 + $0) })
            }
        }
    }
}
