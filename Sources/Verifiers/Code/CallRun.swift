import JSON

/// All calls of a program in one run, and its answers.
struct CallRun {
    var calls: [FunctionCall]
    var program: String
    var prompt: String?
    var hasPrelude: Bool

    /// The calls as JSON: a list of names with their arguments.
    static func request(_ calls: [FunctionCall]) -> [UInt8] {
        JSONValue.array(calls.map { .array([.string($0.function), .array($0.arguments.map(\.json))]) }).bytes
    }

    /// The run; what it is told holds arguments and nothing that was expected.
    func programRun(limits: RunLimits) -> ProgramRun {
        let request = PythonValue.tuple([
            .text(program), .bool(hasPrelude),
            .list(
                calls.map { call in
                    .tuple([.text(call.function), .list(call.arguments), .dict(call.keywords)])
                }), .text("solution"), prompt.map { .text($0) } ?? .none,
        ])
        var run = ProgramRun(start: .fork(["functional"]), limits: limits)
        run.input = request.marshal
        run.stages = calls.count
        run.resultBytes = max(limits.output, 1 << 20)
        return run
    }
}

/// What came back on the result channel. The program can write there too: only a stream that is exactly one record per
/// call, in order, counts, and even then it only says what the program claims, never what was expected.
struct CallAnswers {
    /// What became of one call.
    enum Answer {
        case value(PythonValue)
        case failed(CodeStatus, String)
    }

    private(set) var answers: [Answer] = []
    /// The program did not even load: to run it again is of no use.
    private(set) var isFinal = false
    private var failure: CodeResult.Test?
    private let report: RunReport
    private let isPython: Bool

    init(_ report: RunReport, count: Int, isPython: Bool) {
        self.isPython = isPython
        self.report = report
        var isLoaded = false
        var offset = 0
        let bytes = report.result
        func word(_ at: Int) -> Int {
            Int(bytes.withUnsafeBytes { UInt32(littleEndian: $0.loadUnaligned(fromByteOffset: at, as: UInt32.self)) })
        }
        while bytes.count - offset >= 9 {
            let (kind, index, length) = (bytes[offset], word(offset + 1), word(offset + 5))
            guard length <= bytes.count - offset - 9 else { break }
            let payload = bytes[(offset + 9)..<(offset + 9 + length)]
            offset += 9 + length
            if !isLoaded {
                guard readLoading(kind, payload) else { return }
                isLoaded = true
                continue
            }
            guard index == answers.count, answers.count < count, readAnswer(kind, payload) else {
                failure = .init(status: .runtimeError, explanation: "the program wrote on the result channel")
                answers = []
                isFinal = true
                return
            }
        }
        isFinal = !isLoaded
        if offset != bytes.count && report.ending == .exited(0) {
            failure = .init(status: .runtimeError, explanation: "the program wrote on the result channel")
            answers = []
            isFinal = true
        }
    }

    private mutating func readLoading(_ kind: UInt8, _ payload: ArraySlice<UInt8>) -> Bool {
        let text = String.excerpt(payload)
        switch kind {
        case PythonZygote.Record.loaded: return true
        case PythonZygote.Record.syntax: failure = .init(status: .compileError, explanation: text)
        case PythonZygote.Record.memory: failure = .init(status: .memoryLimit, explanation: "MemoryError")
        default: failure = .init(status: .runtimeError, explanation: text)
        }
        isFinal = true
        return false
    }

    private mutating func readAnswer(_ kind: UInt8, _ payload: ArraySlice<UInt8>) -> Bool {
        let text = String.excerpt(payload) ?? ""
        switch kind {
        case PythonZygote.Record.value where isPython:
            if let value = PythonValue(marshal: Array(payload)) {
                answers.append(.value(value))
            } else {
                answers.append(.failed(.wrongAnswer, "returned a value that is not plain"))
            }
        case PythonZygote.Record.json where !isPython:
            // Decimal digits take quadratic time: no program of a test has numbers that long.
            if payload.hasLongNumber {
                answers.append(.failed(.wrongAnswer, "returned a number of too many digits"))
            } else if let value = try? JSONValue(parsing: payload) {
                answers.append(.value(PythonValue(value)))
            } else {
                answers.append(.failed(.wrongAnswer, "returned a value that is not plain"))
            }
        case PythonZygote.Record.opaque: answers.append(.failed(.wrongAnswer, "returned an object of type \(text)"))
        case PythonZygote.Record.raised: answers.append(.failed(.runtimeError, text))
        case PythonZygote.Record.memory: answers.append(.failed(.memoryLimit, "MemoryError"))
        case PythonZygote.Record.missing: answers.append(.failed(.runtimeError, "there is no function '\(text)'"))
        default: return false
        }
        return true
    }

    /// The result of a test whose calls are these; nil when not all of them were answered.
    func judge(_ test: CodeTask.CallTest, calls: Range<Int>) -> CodeResult.Test? {
        if failure != nil { return nil }
        var values: [PythonValue] = []
        for index in calls {
            guard index < answers.count else { return nil }
            switch answers[index] {
            case .value(let value): values.append(value)
            case .failed(let status, let explanation): return .init(status: status, explanation: explanation)
            }
        }
        let isRight: Bool
        switch test.check {
        case .equals(let accepted, let equality):
            isRight = values.first.map { value in accepted.contains { equality.isEqual(value, $0) } } ?? false
        case .assertion(let expression):
            guard let value = try? PythonEvaluator(values: values).value(expression) else {
                return .init(status: .notRun)
            }
            isRight = value.isTruthy
        }
        return .init(status: isRight ? .pass : .wrongAnswer)
    }

    /// What the program gave for calls, for a person; nil where it gave nothing.
    func shown(calls: Range<Int>) -> String? {
        var lines: [String] = []
        for index in calls.prefix(4) where index < answers.count {
            if case .value(let value) = answers[index] { lines.append(value.shown) }
        }
        return lines.isEmpty ? nil : lines.joined(separator: "\n")
    }

    /// The result of the first test that was not answered: what ended the run.
    func ending(_ report: RunReport) -> CodeResult.Test {
        if var failure {
            failure.show(report)
            return failure
        }
        var test = CodeResult.Test(report, isPython: true)
        if test.status == .pass || report.ending == .exited(125) {
            // It left before all calls were made: exit code 0 is no pass.
            test.status = .runtimeError
            test.explanation = "the program exited before its tests were done"
        }
        test.show(report)
        return test
    }
}

extension PythonValue {
    /// As JSON; tuples and sets become lists.
    fileprivate var json: JSONValue {
        switch self {
        case .none, .ellipsis, .complex: .null
        case .bool(let flag): .bool(flag)
        case .int(let value): (try? JSONValue(parsing: String(value).utf8)) ?? .null
        case .float(let value): .double(value)
        case .string(let bytes), .bytes(let bytes): .string(String(decoding: bytes, as: UTF8.self))
        case .list(let items), .tuple(let items), .set(let items), .frozenset(let items): .array(items.map(\.json))
        case .dict(let pairs):
            .object(
                pairs.map { pair in
                    let key = pair.key.json
                    return .init(key.stringValue ?? key.text, pair.value.json)
                })
        }
    }
}

extension ArraySlice<UInt8> {
    /// Whether more than 5000 digits follow each other.
    fileprivate var hasLongNumber: Bool {
        var run = 0
        for byte in self {
            run = byte &- 48 < 10 ? run + 1 : 0
            if run > 5000 { return true }
        }
        return false
    }
}
