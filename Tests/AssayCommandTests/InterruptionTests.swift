import Experience
import Foundation
import GRDB
import Synchronization
import TestServers
import Testing

/// SIGINT, SIGTERM and SIGHUP: what is kept, what is said, how it ends. `scripts/interrupts.py` has every command.
@Suite(.serialized, .timeLimit(.minutes(3))) struct InterruptionTests {
    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func config(_ server: FaultServer) throws -> String {
        let rows = (0..<8).map { #"{"id": "p\#($0)", "prompt": "2+2=", "answer": "4"}"# }
        try folder.write(rows.joined(separator: "\n"), to: "problems.jsonl")
        return try folder.write(
            """
            store: \(folder.file("t.sqlite"))
            dataset: {path: \(folder.file("problems.jsonl"))}
            sampling: {n: 4, max_tokens: 32}
            rollout: {endpoints: ["\(server.url)"], concurrency: 8, stream: true}
            """, to: "c.yaml")
    }

    private struct Kept: Equatable {
        var completions = 0
        var beginnings = 0
        var unscored = 0
    }

    private func kept() async throws -> Kept {
        let store = try Store(path: folder.file("t.sqlite"), access: .read)
        return try await store.read { db in
            func count(_ rows: String) throws -> Int { try Int.fetchOne(db, sql: "SELECT count(*) FROM \(rows)") ?? 0 }
            return Kept(
                completions: try count("completions"), beginnings: try count("partials"),
                unscored: try count("verdicts WHERE score IS NULL"))
        }
    }

    /// Streams `a`, `b`, `!`; every second request comes as far as `b` and no further, until the first interruption.
    private func streaming(_ isCut: @escaping @Sendable () -> Bool, onPost: @escaping @Sendable () -> Void) throws
        -> FaultServer
    {
        try FaultServer { request, connection in
            guard request.method == "POST" else {
                connection.reply(200, request.path == "/v1/models" ? Canned.models : "{}")
                return .keep
            }
            onPost()
            connection.startStream()
            if request.body.contains("\"prompt\":[") {
                connection.send(Canned.event("!", 9, finish: "\"stop\""))
                return .close
            }
            connection.send(Canned.event("a", 1, prompt: "[7,8]") + Canned.event("b", 2))
            if isCut(), request.number % 2 == 0 {
                connection.waitForClose()
            } else {
                connection.send(Canned.event("!", 9, finish: "\"stop\""))
            }
            return .close
        }
    }

    @Test(arguments: [(SIGINT, "SIGINT"), (SIGTERM, "SIGTERM"), (SIGHUP, "SIGHUP")])
    func aStreamedRunKeepsWhatArrivedAndGoesOn(signal: Int32, name: String) async throws {
        let isCut = Mutex(true)
        let posts = Mutex(0)
        let server = try streaming({ isCut.withLock { $0 } }, onPost: { posts.withLock { $0 += 1 } })
        defer { server.stop() }
        let config = try config(server)
        // The twelfth request: with eight at a time, some have been answered.
        let first = try await AssayProcess.interrupted(["run", config], by: signal) {
            try await eventually { posts.withLock({ $0 }) >= 12 }
        }
        #expect(first.code == 128 + signal, "\(first.errors)")
        let kept = try await kept()
        #expect(kept.completions > 0 && kept.completions < 32 && kept.beginnings > 0 && kept.unscored == 0)
        let beginnings = "\(kept.beginnings) beginning\(kept.beginnings == 1 ? "" : "s") kept"
        let words = "interrupted by \(name): \(kept.completions) of 32 kept, \(beginnings); run the same command again"
        #expect(first.errors.contains("assay: \(words)\n"), "\(first.errors)")
        isCut.withLock { $0 = false }
        let before = server.posts.count
        let second = try await AssayProcess.run(["run", config])
        #expect(second.code == 0, "\(second.errors)")
        let asked = server.posts.dropFirst(before)
        #expect(asked.count == 32 - kept.completions)
        #expect(asked.count { $0.body.contains("\"prompt\":[7,8,1,2]") } == kept.beginnings)
        #expect(try await self.kept() == Kept(completions: 32))
        let store = try Store(path: folder.file("t.sqlite"), access: .read)
        let texts = try await store.read { try String.fetchSet($0, sql: "SELECT text FROM completions") }
        #expect(texts == ["ab!"])
    }

    @Test func aServerThatNeverAnswersIsLeft() async throws {
        let posts = Mutex(0)
        let server = try FaultServer { request, connection in
            if request.method == "POST" {
                posts.withLock { $0 += 1 }
                connection.waitForClose()
                return .close
            }
            connection.reply(200, request.path == "/v1/models" ? Canned.models : "{}")
            return .keep
        }
        defer { server.stop() }
        let result = try await AssayProcess.interrupted(["rollout", config(server), "--quiet"], by: SIGTERM) {
            try await eventually { posts.withLock({ $0 }) >= 8 }
        }
        #expect(result.code == 143)
        #expect(result.errors == "assay: interrupted by SIGTERM: 0 of 32 kept; run the same command again\n")
    }

    /// Before it is asked anything, and when all is judged and its input is closed.
    @Test(arguments: [("", 0), (VerifyCommandTests.worker, 1)])
    func aVerifierThatHangsIsEndedWithItsChildren(before: String, written: Int) async throws {
        let (rows, pids) = (folder.file("rows.jsonl"), folder.file("pids"))
        try folder.write(#"{"response": "4", "answer": "4"}"#, to: "rows.jsonl")
        try folder.write(
            before + "\nsleep 3600 & echo $$ $! > \(pids).new; mv \(pids).new \(pids); sleep 3600", to: "hanging.sh")
        let result = try await AssayProcess.interrupted(
            [
                "verify", rows, "-o", folder.file("out.jsonl"), "--verifier", "command", "--option",
                #"command=["sh","\#(folder.file("hanging.sh"))"]"#,
            ], by: SIGINT
        ) {
            try await eventually { FileManager.default.fileExists(atPath: pids) }
        }
        #expect(result.code == 130)
        #expect(written > 0 || result.errors.contains("interrupted by SIGINT: 0 rows written to "), "\(result.errors)")
        for pid in try String(contentsOfFile: pids, encoding: .utf8).split(separator: " ") {
            let number = pid.trimmingCharacters(in: .newlines)
            // Gone, or waiting for its new parent to notice.
            let state = (try? String(contentsOfFile: "/proc/\(number)/stat", encoding: .utf8)) ?? ""
            #expect(state.isEmpty || state.contains(") Z "), "process \(number) is still there")
        }
    }

    /// A thread is in read() of a pipe that nobody closes.
    @Test(arguments: [1, 3, 96, 97, 700])
    func rowsOfASilentPipeAreWritten(rows: Int) async throws {
        let output = folder.file("out.jsonl")
        let line = #"{"response": "4", "answer": "4"}"# + "\n"
        let result = try await AssayProcess.interrupted(
            ["verify", "-", "-o", output, "--quiet"], by: SIGINT, input: String(repeating: line, count: rows)
        ) {
            // All of them, whatever is yet to come.
            try await eventually {
                let text = try? String(contentsOfFile: output + ".part", encoding: .utf8)
                return text?.split(separator: "\n").count == rows
            }
        }
        #expect(result.code == 130 && result.errors.contains("interrupted by SIGINT"), "\(result.errors)")
        let written = try String(contentsOfFile: output + ".part", encoding: .utf8).split(separator: "\n")
        #expect(written.count == rows && written.allSatisfy { $0.contains(#""outcome":"correct""#) })
    }

    @Test func whatWasIgnoredStaysIgnored() async throws {
        try folder.write(#"{"response": "4", "answer": "4"}"# + "\n", to: "rows.jsonl")
        let result = try await AssayProcess.shell(
            """
            trap '' INT HUP
            mkfifo pipe
            "$ASSAY" verify pipe -o out.jsonl --quiet & assay=$!
            exec 3> pipe
            kill -INT $assay; kill -HUP $assay
            cat rows.jsonl >&3
            exec 3>&-
            wait $assay; echo "code $?"
            """, folder: folder.path)
        #expect(result.output.contains("code 0"), "\(result)")
    }

    @Test func serveEndsInOrder() async throws {
        let result = try await AssayProcess.shell(
            """
            mkfifo said
            "$ASSAY" serve --port 0 --quiet > said & assay=$!
            read line < said
            kill -TERM $assay
            wait $assay; echo "code $?"
            """, folder: folder.path)
        #expect(result.output.contains("code 0"), "\(result)")
    }
}
