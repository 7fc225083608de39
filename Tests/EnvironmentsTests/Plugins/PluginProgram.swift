import Environments
import Experience
import Foundation
import JSON

/// A program in a temporary file, for tests.
final class PluginProgram: Sendable {
    let path: String
    private let interpreter: String

    /// Whether python3 is on this machine.
    static let hasPython = ["/usr/bin", "/usr/local/bin", "/root/.pyenv/shims"].contains {
        FileManager.default.isExecutableFile(atPath: $0 + "/python3")
    }

    init(_ text: String, interpreter: String = "python3") throws {
        self.interpreter = interpreter
        path = NSTemporaryDirectory() + "assay-plugin-\(UUID().uuidString)"
        try text.write(toFile: path, atomically: true, encoding: .utf8)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    /// As an option.
    func command(_ arguments: String...) -> JSONValue {
        .array(([interpreter, path] + arguments).map(JSONValue.string))
    }

    /// A game: the seed's last two digits are to be guessed; what a text asks for besides, it does to its process.
    static func game() throws -> PluginProgram {
        try PluginProgram(
            #"""
            import json, os, sys, time
            games, mode = {}, sys.argv[1:]
            ready = {"ready": 2, "name": "guess", "version": "7", "resume": "replay"}
            if "small" in mode: ready["episodes"] = 3
            def answer(verb, item):
                key = item["episode"]
                if verb == "start":
                    games[key] = [item["seed"] % 100, 0]
                    if item["problem"]["fields"].get("fault") == "start": raise ValueError("no such row")
                    return {"text": f"guess {key}", "state": item["seed"] % 100}
                if verb == "end":
                    number, turns = games.pop(key)
                    return {"score": 1.0 if turns < 5 else 0.25, "reason": item["stop"], "components": {"turns": turns}}
                game, text = games[key], item["text"]
                game[1] += 1
                if text == "die": print("these are my last words", file=sys.stderr); os._exit(5)
                if text == "hang": time.sleep(3600)
                if text == "print": print("hello")
                if text == "pid": return {"text": str(os.getpid())}
                if text.startswith("{"): return json.loads(text)
                if item.get("calls"): return {"results": [json.dumps(c["arguments"]) for c in item["calls"]]}
                if not text.strip("-").isdigit(): raise ValueError("what is " + text[:20])
                guess = int(text)
                if guess == game[0]: return {"text": "yes", "reward": 1.0, "done": True}
                return {"text": "higher" if guess < game[0] else "lower", "progress": 0.5}
            for line in sys.stdin:
                message = json.loads(line)
                if "hello" in message: print(json.dumps(ready), flush=True)
                replies = []
                for verb in ("start", "step", "end"):
                    for item in message.get(verb, []):
                        try: replies.append({"id": item["id"], **answer(verb, item)})
                        except Exception as error: replies.append({"id": item["id"], "error": str(error)})
                # Answers in any order are answers.
                if replies: print(json.dumps(replies[::-1]), flush=True)
            """#)
    }
}
