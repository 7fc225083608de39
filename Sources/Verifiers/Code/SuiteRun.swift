import BigInt

/// One run of Python tests together with a program, and what its evidence says.
struct SuiteRun {
    let suite: TestSuite
    let program: String
    /// Against a stub: what passes then proves nothing.
    let isControl: Bool
    private let secret: [UInt8]

    init(suite: TestSuite, program: String, isControl: Bool) {
        self.suite = suite
        self.program = program
        self.isControl = isControl
        var random = SystemRandomNumberGenerator()
        secret = (0..<24).map { _ in UInt8.random(in: 0...255, using: &random) }
    }

    func programRun(limits: RunLimits) -> ProgramRun {
        let modules = suite.files.filter { $0.path.hasSuffix(".py") }
        func member(_ key: String, _ value: PythonValue) -> PythonValue.Pair { .init(key: .text(key), value: value) }
        let request = PythonValue.dict([
            member("program", .text(program)), member("tests", .text(suite.source)),
            member("prompt", suite.prompt.map { .text($0) } ?? .none),
            member("entry", suite.entryPoint.map { .text($0) } ?? .none),
            member("modules", .list(suite.modules.map { .text($0) })),
            member("files", .dict(modules.map { .init(key: .text($0.path), value: .string($0.bytes)) })),
            member("prelude", .bool(suite.hasPrelude)), member("control", .bool(isControl)),
            member("token", .bytes(secret)),
        ])
        var run = ProgramRun(start: .fork(["together"]), limits: limits)
        run.input = request.marshal
        run.resultBytes = 4 << 20
        run.files = suite.files.map { .init(name: $0.path, bytes: $0.bytes) }
        run.files.removeAll { $0.name == "solution.py" }
        run.files.append(.init(name: "solution.py", bytes: Array(program.utf8)))
        return run
    }

    // MARK: Evidence

    /// What the process answered; nil when it did not, or another than ours did.
    private func answer(_ report: RunReport) -> [String: PythonValue]? {
        guard report.ending == .exited(0), case .tuple(let parts) = PythonValue(marshal: report.result),
            parts.count == 2, case .bytes(let token) = parts[0], token == secret, case .dict(let pairs) = parts[1]
        else { return nil }
        var members: [String: PythonValue] = [:]
        for pair in pairs { members[pair.key.plainText ?? ""] = pair.value }
        return members
    }

    private struct Outcome {
        var name: String
        var kind: String
        var text: String
    }

    private func outcomes(_ answer: [String: PythonValue]) -> [Outcome] {
        guard case .list(let items)? = answer["outcomes"] else { return [] }
        return items.compactMap { item in
            guard case .tuple(let parts) = item, parts.count == 3 else { return nil }
            return Outcome(
                name: parts[0].plainText ?? "", kind: parts[1].plainText ?? "", text: parts[2].plainText ?? "")
        }
    }

    private func names(_ answer: [String: PythonValue]) -> [String] {
        guard case .list(let items)? = answer["names"] else { return [] }
        var seen: Set<String> = []
        return items.compactMap(\.plainText).filter { seen.insert($0).inserted }
    }

    private func fault(_ answer: [String: PythonValue]) -> RowFault? {
        guard let text = answer["fault"]?.plainText else { return nil }
        return .init(
            reason: answer["missing"]?.isTruthy == true ? "missingModule" : "unreadableTests",
            explanation: String.excerpt(text.utf8) ?? "")
    }

    /// What the tests do without a program.
    func control(_ report: RunReport) -> SuiteControls.Outcome {
        guard let answer = answer(report) else {
            // A stub that ends the process, or runs out of time, has not passed.
            if report.isFailed {
                return .fault(.init(reason: CodeStatus.infrastructureError.rawValue, explanation: "\(report.ending)"))
            }
            return .fails(skipped: [])
        }
        if let fault = fault(answer) { return .fault(fault) }
        let outcomes = outcomes(answer)
        let names = names(answer)
        let ran = outcomes.filter { $0.kind != "skip" }
        if ran.contains(where: { $0.kind != "pass" }) {
            return .fails(skipped: Set(outcomes.filter { $0.kind == "skip" }.map(\.name)))
        }
        let asserts = answer["asserts"].flatMap(\.integer) ?? 0
        if names.isEmpty && asserts == 0 {
            return .fault(
                .init(
                    reason: "noTests",
                    explanation: "the row's tests run no test: no function, case or assertion is reached"))
        }
        if !names.isEmpty && !ran.contains(where: { $0.name != "module" }) {
            return .fault(.init(reason: "noTests", explanation: "every test of the row is skipped, or none is run"))
        }
        return .fault(
            .init(reason: "weakOracle", explanation: "the row's tests pass without a program: they prove nothing"))
    }

    /// The verdict's tests.
    func result(_ report: RunReport, skipped: Set<String>) -> CodeResult {
        func whole(_ status: CodeStatus, _ text: String?) -> CodeResult {
            CodeResult(tests: [.init(status, text, report)], judged: .together)
        }
        guard let answer = answer(report) else {
            let status = CodeResult.Test(report, isPython: true)
            if status.status != .pass { return whole(status.status, status.explanation) }
            return whole(.runtimeError, "the program exited before its tests were done")
        }
        if let fault = fault(answer) {
            return CodeResult(tests: [.init(status: .infrastructureError)], judged: .together, rowFault: fault)
        }
        if let reason = answer["tamper"]?.plainText { return whole(.tampered, String.excerpt(reason.utf8)) }
        let text = answer["text"]?.plainText.flatMap { String.excerpt($0.utf8) }
        switch answer["load"]?.plainText {
        case nil: break
        case "syntax": return CodeResult(tests: [], judged: .together, compile: .init(.compileError, text, report))
        case "memory": return whole(.memoryLimit, text)
        case "tampered": return whole(.tampered, text)
        default: return whole(.runtimeError, text)
        }
        let outcomes = outcomes(answer)
        var expected = names(answer).filter { !skipped.contains($0) }
        if expected.isEmpty || outcomes.contains(where: { $0.name == "module" && $0.kind != "pass" }) {
            expected.insert("module", at: 0)
        }
        let tests = expected.map { name in
            test(name, outcomes.filter { $0.name == name }, report)
        }
        var result = CodeResult(tests: tests, judged: .together)
        if let doubt = answer["doubt"]?.plainText { result.doubt(String.excerpt(doubt.utf8) ?? "") }
        return result
    }

    private func test(_ name: String, _ outcomes: [Outcome], _ report: RunReport) -> CodeResult.Test {
        var test = judged(name, outcomes, report)
        if test.status != .pass, let line = line(test.explanation) { test.shown = .init(input: line) }
        return test
    }

    // The line of the tests that an explanation names, "(tests, line 3)".
    private func line(_ explanation: String?) -> String? {
        let mark = "(tests, line "
        guard let explanation, let place = explanation.firstRange(of: mark) else { return nil }
        let lines = suite.source.split(separator: "\n", omittingEmptySubsequences: false)
        guard let number = Int(explanation[place.upperBound...].prefix { $0.isNumber }),
            lines.indices.contains(number - 1)
        else { return nil }
        return String.excerpt(lines[number - 1].drop { $0 == " " || $0 == "\t" }.utf8)
    }

    private func judged(_ name: String, _ outcomes: [Outcome], _ report: RunReport) -> CodeResult.Test {
        let failed = outcomes.first { $0.kind != "pass" }
        let label = name == "module" ? "" : "\(name): "
        switch failed?.kind {
        case nil where outcomes.isEmpty: return .init(.runtimeError, "\(label)the test did not run", report)
        case nil: return .init(.pass, nil, report)
        case "fail": return .init(.wrongAnswer, String.excerpt((label + (failed?.text ?? "")).utf8), report)
        case "skip": return .init(.runtimeError, "\(label)the program had the test skipped", report)
        default: return .init(.runtimeError, String.excerpt((label + (failed?.text ?? "")).utf8), report)
        }
    }
}

extension CodeResult.Test {
    init(_ status: CodeStatus, _ explanation: String?, _ report: RunReport) {
        self.init(status: status, explanation: explanation)
        cpuSeconds = report.cpuSeconds
        wallSeconds = report.wallSeconds
        peakBytes = report.peakBytes
    }
}

extension PythonValue {
    /// A string's text.
    var plainText: String? {
        if case .string(let bytes) = self { String(decoding: bytes, as: UTF8.self) } else { nil }
    }
}
