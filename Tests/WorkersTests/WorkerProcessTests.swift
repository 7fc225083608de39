import Foundation
import Testing

@testable import Workers

/// A program and the pipes to it.
@Suite(.timeLimit(.minutes(2))) final class WorkerProcessTests: Sendable {
    private let folder = NSTemporaryDirectory() + "assay-worker-" + UUID().uuidString

    init() throws { try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true) }

    deinit { try? FileManager.default.removeItem(atPath: folder) }

    private func worker(_ script: String) throws -> WorkerProcess {
        try WorkerProcess(
            command: ["sh", "-c", "cd \(folder) && { \(script); }"],
            environment: ["PATH": "/usr/local/bin:/usr/bin:/bin"])
    }

    private func exists(_ name: String) -> Bool { FileManager.default.fileExists(atPath: folder + "/" + name) }

    private func appears(_ name: String) async throws -> Bool {
        for _ in 0..<2000 where !exists(name) { try await Task.sleep(for: .milliseconds(10)) }
        return exists(name)
    }

    private func ask(_ worker: WorkerProcess, silence: Double = 20) throws -> String {
        var (heard, ticks) = ("", 0)
        try worker.exchange(Array("go\n".utf8), silence: silence) {
            ticks += 1
            if ticks > 1000 { throw CancellationError() }
        } onLine: { line in
            heard = String(decoding: line, as: UTF8.self)
            return true
        }
        return heard
    }

    @Test("A worker whose input is closed has its time to end")
    func finish() throws {
        let worker = try worker("cat; sleep 0.2; : > ended")
        worker.finish(grace: 20)
        #expect(exists("ended"))
    }

    @Test(
        "A worker that was ended, or killed, is read no more",
        arguments: [(1, false), (1, true), (2, false), (2, true)])
    func ends(descriptor: Int, isKilled: Bool) async throws {
        // In a session of its own, it outlives the worker and hears of the pipe's end when it writes.
        let writer = """
            trap "" PIPE; : > up; n=0
            while [ $n -lt 1500 ]; do n=$((n+1)); /bin/echo x >&\(descriptor) || { : > closed; exit; }; sleep 0.01; done
            """
        let worker = try worker("setsid sh -c '\(writer)' & cat >/dev/null")
        #expect(try await appears("up"))
        if isKilled { worker.kill() } else { worker.finish(grace: 20) }
        #expect(try await appears("closed"))
    }

    @Test("What it says on stderr is kept to its end, and its end is no news")
    func errors() throws {
        let worker = try worker("echo first >&2; read a; echo last >&2; exec 2>&-; echo $a; cat")
        defer { worker.kill() }
        var written = 0
        let hasCome = try worker.turn([], from: &written, waiting: 20_000)
        #expect(hasCome && String(decoding: worker.errorTail, as: UTF8.self) == "first\n")
        #expect(try ask(worker) == "go")
        #expect(String(decoding: worker.errorTail, as: UTF8.self) == "first\nlast\n")
        // The end of stderr is seen once.
        let news = try (0..<3).map { _ in try worker.turn([], from: &written, waiting: 20) }
        #expect(news.last == false, "\(news)")
    }

    @Test(
        "How a worker ended is told in words",
        arguments: [
            ("exit 7", "exited with code 7"), ("kill -9 $$", "was killed by signal 9"),
            ("read a", "exited with code 0"),
            ("exec >&-; sleep 600", "closed its output"),
        ])
    func endings(script: String, words: String) throws {
        let worker = try worker(script)
        defer { worker.kill() }
        let error = #expect(throws: WorkerFailure.self) { _ = try ask(worker) }
        guard case .ended(let how)? = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(how == words)
    }

    @Test("A worker that says nothing is waited for as long as that was said")
    func silence() throws {
        let worker = try worker("cat >/dev/null")
        defer { worker.kill() }
        let error = #expect(throws: WorkerFailure.self) { _ = try ask(worker, silence: 0.2) }
        guard case .silence? = error else {
            Issue.record("\(String(describing: error))")
            return
        }
    }
}
