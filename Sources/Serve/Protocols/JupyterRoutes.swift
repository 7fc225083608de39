import Experience
import Foundation
import HTTPTypes
import JSON
import Verifiers

/// SandboxFusion's `/run_jupyter`: the cells of one request one after the other, in one process that knows what the earlier ones
/// made. Nothing outlives the request.
struct JupyterRoutes: RouteGroup {
    let programs: ProgramRuns
    let options: ServeOptions
    private static let maxCells = 1000

    var routes: [Route] { [Route(.post, "/run_jupyter", scope: .verify, handler: run)] }

    // What a cell writes is caught; what it makes stands behind the mark, which is in memory alone.
    private static let runner = """
        import sys as _s, io as _i, json as _j, ast as _a, signal as _g, traceback as _t
        def _cells():
            d = _j.loads(_s.stdin.buffer.read()); out, space = _s.stdout, {"__name__": "__main__"}
            def late(*_): raise TimeoutError("the cell ran out of time")
            _g.signal(_g.SIGALRM, late)
            for index, text in enumerate(d["cells"]):
                said, cried, display, error = _i.StringIO(), _i.StringIO(), [], []
                _s.stdout, _s.stderr = said, cried
                try:
                    if d["seconds"] > 0: _g.setitimer(_g.ITIMER_REAL, d["seconds"])
                    tree = _a.parse(text, "<cell %d>" % index)
                    last = tree.body.pop() if tree.body and isinstance(tree.body[-1], _a.Expr) else None
                    exec(compile(tree, "<cell %d>" % index, "exec"), space)
                    value = None if last is None else eval(compile(_a.Expression(last.value), "<cell %d>" % index, "eval"), space)
                    if value is not None: display.append({"text/plain": repr(value)})
                except BaseException as e:
                    error.append({"ename": type(e).__name__, "evalue": str(e), "traceback": _t.format_exception(type(e), e, e.__traceback__)})
                finally:
                    _g.setitimer(_g.ITIMER_REAL, 0)
                    _s.stdout, _s.stderr = out, _s.__stderr__
                cell = {"stdout": said.getvalue(), "stderr": cried.getvalue(), "display": display, "error": error}
                out.write(d["mark"] + _j.dumps(cell) + "\\n"); out.flush()
        _cells()
        """

    @Sendable private func run(_ call: Call) async throws -> Reply {
        let body = try JSONBody(try await call.body(limit: options.maxBodyBytes))
        let cells = try body.strings("cells").map { $0 ?? "" }
        if cells.count > Self.maxCells { throw APIError.badRequest("more than \(Self.maxCells) cells") }
        let total = try body.double("total_timeout", default: 45, in: -1e9...1e9)
        let seconds = try body.double("cell_timeout", default: 0, in: -1e9...1e9)
        let mark = "\u{1}" + String(UInt64.random(in: .min ... .max), radix: 36) + "\u{1}"
        let input: JSONValue = [
            "cells": .array(cells.map(JSONValue.string)), "seconds": .double(max(0, seconds)), "mark": .string(mark),
        ]
        let files: [String: [UInt8]]
        do {
            files = try SandboxFusionRoutes.files(of: body)
        } catch let error as SandboxFusionRoutes.NotOffered {
            return .json(Self.json("SandboxError", error.message, nil, []))
        }
        let program = ProgramRequest(
            language: "python", code: Self.runner, stdin: input.bytes, files: files,
            runSeconds: min(max(total, 0.01), 86_400))
        switch try await programs.run(program, for: call.principal.share, since: call.start) {
        case .failed(let reason): return .json(Self.json("SandboxError", reason, nil, []))
        case .ran(_, let step):
            let lines = (step?.stdout ?? "").components(separatedBy: mark).dropFirst()
            let done = lines.compactMap { try? JSONValue(parsing: $0.utf8.prefix { $0 != 0x0A }) }
            let isWhole = step?.status == .finished && done.count == cells.count
            return .json(Self.json(isWhole ? "Success" : "Failed", "", step, isWhole ? done : []))
        }
    }

    private static func json(
        _ status: String, _ message: String, _ driver: ProgramStep?, _ cells: [JSONValue]
    ) -> JSONValue {
        [
            "status": .string(status), "message": .string(message),
            "driver": driver.map(SandboxFusionRoutes.json) ?? .null, "cells": .array(cells), "executor_pod_name": nil,
            "files": [:],
        ]
    }
}
