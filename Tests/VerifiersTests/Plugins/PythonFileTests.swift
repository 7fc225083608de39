import Experience
import Foundation
import JSON
import Testing
import Verifiers

/// `--verifier ./mine.py`: a file as it stands, and what is said of one that is no verifier.
@Suite(.serialized, .enabled(if: PythonWorker.isAvailable, "python3 is not on this machine"))
struct PythonFileTests {
    /// A file in a folder of its own, removed with it.
    private final class Script {
        let path: String
        private let folder = NSTemporaryDirectory() + "assay-python-\(UUID().uuidString)"

        init(_ text: String, name: String = "mine.py") throws {
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            path = folder + "/" + name
            try text.write(toFile: path, atomically: true, encoding: .utf8)
        }

        deinit { try? FileManager.default.removeItem(atPath: folder) }
    }

    private static func make(_ script: Script, _ options: JSONValue = .object([])) throws -> CommandVerifier {
        try #require(try VerifierRegistry.standard.make(script.path, options: options) as? CommandVerifier)
    }

    private static func judge(
        _ text: String, _ responses: [String] = ["42", "41"], options: JSONValue = ["workers": 1]
    ) async throws -> [Verdict] {
        let script = try Script(text)
        // The file is read when the workers start, after this.
        defer { withExtendedLifetime(script) {} }
        let verifier = try make(script, options)
        let record = JSONRow(["data_source": "sums", "level": 3])
        let verdicts = await verifier.verify(
            responses.map {
                VerificationItem(
                    problem: Problem(id: $0, answer: "42", fields: record), completion: Completion(text: $0))
            })
        await verifier.shutdown()
        return verdicts
    }

    private static func fault(_ text: String, _ options: JSONValue = .object([])) async throws -> String {
        let script = try Script(text)
        let verifier = try make(script, options)
        let fault = await verifier.startFault()
        await verifier.shutdown()
        return try #require(fault).replacing(script.path, with: "FILE")
    }

    @Test(arguments: [
        "def verify(response, answer):\n    return response == answer",
        "verify = lambda response, answer: response == answer",
        "def helper(x): return x\ndef verify(response, answer): return helper(response) == answer",
        "def same(completion, gold):\n    print('a stray print')\n    return completion == gold",
        "def verify(response, answer, /): return response == answer",
        "def verify(response, answer, level, absent=3, *, strict=True): return response == answer and level == absent",
        "def verify(**row): return row['response'] == row['answer'] and row['level'] == 3",
        "def passed(text): return text == '42'",
        "async def compute_score(data_source, solution_str, ground_truth, extra_info=None):\n"
            + "    return {'score': float(solution_str == ground_truth and data_source == 'sums'), 'pred': solution_str}",
        "def reward_func(completions, answer, **kwargs): return [float(c == a) for c, a in zip(completions, answer)]",
        "def reward_func(prompts, completions, answer, **kw): return [float(c == a) for c, a in zip(completions, answer)]",
        "from assay.verifier import verifier\ndef verify(x): return 0\n@verifier\ndef other(response, answer): return response == answer",
        "import __main__, sys\nif __name__ == '__main__':\n    sys.exit(1)\ndef verify(response, answer): return response == answer",
    ])
    func judgesAsItStands(text: String) async throws {
        let verdicts = try await Self.judge(text)
        #expect(verdicts.map(\.outcome) == [.correct, .incorrect])
        #expect(verdicts.map(\.score) == [1, 0])
    }

    @Test(arguments: [
        ("def verify(response, answer)\n    return 1", "'FILE': line 1: SyntaxError: expected ':'"),
        (
            "import numpyy\ndef verify(r): return 1",
            "'FILE': line 1: ModuleNotFoundError: No module named 'numpyy' for /"
        ),
        ("\n\nx = 1 / 0", "'FILE': line 3: ZeroDivisionError: division by zero"),
        ("import sys\nsys.exit('no')", "'FILE': line 2: SystemExit: no (put what is to run as a program under"),
        ("import sys\nfor line in sys.stdin: pass", "'FILE': it reads standard input when it is imported: "),
        ("x = 1", "'FILE': it has no function; write def verify(response, answer): "),
        ("def a(r): return 1\ndef b(r): return 1", "'FILE': which of its functions judges: a, b? Call it verify, "),
        ("def verify(): return 1", "'FILE': verify takes no arguments; write def verify(response, answer):"),
    ])
    func saysWhyItIsNone(text: String, why: String) async throws {
        #expect(try await Self.fault(text).hasPrefix(why))
    }

    @Test func functionIsNamed() async throws {
        let text = "def a(response): return 1\ndef b(response): return 0"
        let verdicts = try await Self.judge(text, options: ["function": "b"])
        #expect(verdicts.map(\.score) == [0, 0])
        #expect(try await Self.fault(text, ["function": "c"]) == "'FILE': it has no function 'c'; it has a, b")
    }

    @Test func whatGoesWrongIsItsItems() async throws {
        let verdicts = try await Self.judge(
            """
            def verify(response, answer):
                if response == "text": return "very good"
                if response == "dict": return {"reward": 1}
                if response == "none": return None
                if response == "raise":
                    raise KeyError("x")
                return response == answer
            """, ["text", "dict", "none", "raise", "42"])
        #expect(verdicts.map(\.score) == [nil, nil, nil, nil, 1])
        #expect(verdicts[0].explanation?.hasPrefix("TypeError: it returned 'very good', a str; return a ") == true)
        #expect(verdicts[1].explanation?.hasPrefix("TypeError: the dict has no 'score', but 'reward'; ") == true)
        #expect(verdicts[2].reason == "noScore")
        #expect(verdicts[3].explanation == "KeyError: 'x' (mine.py, line 6)")
        let unknown = try await Self.judge("def verify(response, level, unheard_of): return 1", ["42"])
        #expect(unknown[0].explanation?.contains("verify wants 'unheard_of'") == true)
        #expect(unknown[0].explanation?.contains("this row has 'data_source', 'level'") == true)
    }

    @Test func pathsThatAreNone() throws {
        let script = try Script("def verify(response): return 1")
        let beside = script.path.replacing("mine.py", with: "mine2.py")
        func message(_ name: String, _ options: JSONValue = .object([])) -> String {
            do {
                _ = try VerifierRegistry.standard.make(name, options: options)
                return ""
            } catch {
                return "\(error)".replacing(script.path.replacing("/mine.py", with: ""), with: "FOLDER")
            }
        }
        #expect(message(beside) == "there is no file 'FOLDER/mine2.py'; did you mean 'mine.py'?")
        let folder = script.path.replacing("/mine.py", with: "/")
        #expect(message(folder) == "'FOLDER/' is a folder; name the Python file in it")
        #expect(message("/bin/sh").hasPrefix("'/bin/sh' is not a Python file (.py); any other program that speaks "))
        #expect(message(script.path, ["python": "python99"]).contains("there is no 'python99' on PATH"))
        #expect(message(script.path, ["functoin": "a"]).hasSuffix("did you mean 'function'?"))
        #expect(message(script.path, ["file": "b.py"]).contains("the verifier is a file already"))
        #expect(message("python") == "option 'file': name the Python file: --verifier ./mine.py")
    }

    @Test func versionFollowsContentsAndNotThePath() throws {
        let (one, same) = (try Script("def verify(r): return 1"), try Script("def verify(r): return 1"))
        let other = try Script("def verify(r): return 0")
        let versions = try [one, same, other].map { try Self.make($0).version }
        #expect(versions[0] == versions[1] && versions[0] != versions[2])
        #expect(try Self.make(one).name == "mine")
        #expect(try Self.make(Script("def verify(r): return 1", name: "math.py")).name == "math.py")
    }
}
