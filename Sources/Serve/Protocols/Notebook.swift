import Foundation
import JSON
import Verifiers

/// A Python script run as a notebook's cell: the value of its last expression is its result.
enum Notebook {
    struct Output: Sendable {
        var stdout: String
        var stderr: String
        /// What the last expression was worth, as Python writes it; nil for None and where there was none.
        var text: String?
        var isTimeout = false
        var exitCode: Int?
    }

    // The mark stands in memory alone, so that what the script prints is not taken for its result.
    private static let runner = """
        import sys as _s, json as _j, ast as _a
        def _cell():
            _d = _j.loads(_s.stdin.buffer.read()); _t = _a.parse(_d["script"], "<cell>")
            _l = _t.body.pop() if _t.body and isinstance(_t.body[-1], _a.Expr) else None
            _g = {"__name__": "__main__"}
            exec(compile(_t, "<cell>", "exec"), _g)
            _v = None if _l is None else eval(compile(_a.Expression(_l.value), "<cell>", "eval"), _g)
            if _v is not None:
                _s.stdout.flush(); _s.stdout.write(_d["mark"] + repr(_v)); _s.stdout.flush()
        _cell()
        """

    /// Runs a script of `language` (Python where it is "python" or "ipython") for at most `seconds`.
    static func run(
        _ script: String, language: String, seconds: Double, _ run: (ProgramRequest) async throws -> ProgramResult
    )
        async throws -> Result<Output, Failure>
    {
        let isCell = ["python", "python3", "ipython"].contains(language)
        let mark = "\u{1}" + String(UInt64.random(in: .min ... .max), radix: 36) + "\u{1}"
        let input: JSONValue = ["script": .string(script), "mark": .string(mark)]
        let program = ProgramRequest(
            language: isCell ? "python" : language, code: isCell ? runner : script, stdin: isCell ? input.bytes : [],
            runSeconds: seconds)
        switch try await run(program) {
        case .failed(let reason): return .failure(Failure(reason: reason))
        case .ran(let compile, let step):
            guard let step = step ?? compile else { return .failure(Failure(reason: "the program was not run")) }
            var output = Output(
                stdout: step.stdout, stderr: step.stderr, isTimeout: step.status == .timeLimit,
                exitCode: step.exitCode)
            if isCell, let range = step.stdout.range(of: mark, options: .backwards) {
                output.stdout = String(step.stdout[..<range.lowerBound])
                output.text = String(step.stdout[range.upperBound...])
            }
            return .success(output)
        }
    }

    /// The sandbox failed, which is no fault of the script.
    struct Failure: Error {
        var reason: String
    }
}
