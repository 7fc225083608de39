import Foundation

/// A Python worker in a temporary file, for tests. `body` defines `judge(item)`, which returns a reply or a list of them
/// (None is no reply) and may do what it likes to the process; `MODE` "batch" replies to a message in one line.
final class PythonWorker: Sendable {
    let path: String

    /// Whether python3 is on this machine.
    static let isAvailable = ["/usr/bin", "/usr/local/bin", "/root/.pyenv/shims"].contains {
        FileManager.default.isExecutableFile(atPath: $0 + "/python3")
    }

    init(_ body: String, name: String = UUID().uuidString) throws {
        path = NSTemporaryDirectory() + "assay-worker-\(name).py"
        let script = """
            import json, os, sys, time
            out = os.fdopen(os.dup(1), "w")
            def send(value):
                print(json.dumps(value), file=out, flush=True)
            \(body)
            for line in sys.stdin:
                message = json.loads(line)
                if "hello" in message:
                    send({"ready": 1, "name": "test", "version": "1"})
                replies = []
                for item in message.get("verify", []):
                    reply = judge(item)
                    found = reply if isinstance(reply, list) else [reply] if reply else []
                    if os.environ.get("MODE") == "batch":
                        replies += found
                    else:
                        for each in found: send(each)
                if replies: send(replies)

            """
        try script.write(toFile: path, atomically: true, encoding: .utf8)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }
}
