import JSON
import Numbers

/// How a program did on its tests.
struct CodeResult: Sendable {
    // Of so many tests that did not pass a verdict keeps what they were given: a suite may have thousands.
    private static let listed = 3

    /// Where the verdict was made.
    enum Judged: String, Sendable {
        /// From values alone: what was expected never entered the box.
        case apart
        /// From the evidence of the tests' own runner, which ran beside the program.
        case together
    }

    /// One test.
    struct Test: Sendable {
        var status: CodeStatus
        /// Why, for a person; what the program said.
        var explanation: String?
        var stdout: String?
        var stderr: String?
        var cpuSeconds: Double?
        var wallSeconds: Double?
        var peakBytes: Int?
        /// What a test that did not pass gave the program, what was to come back, and what did.
        var shown: Shown?
    }

    /// A test's data for a person, cut where they are long.
    struct Shown: Sendable {
        var input: String?
        var expected: String?
        var got: String?
    }

    var tests: [Test]
    /// How it was judged: see `docs/code.md`.
    var judged = Judged.apart
    /// Why there can be no verdict, whatever the program: about the row.
    var rowFault: RowFault?
    /// Set when no test was run.
    var compile: Test?
    /// What each run was held to.
    var limits: RunLimits?

    /// The first status that is not a pass, or pass.
    var status: CodeStatus {
        if let compile { return compile.status }
        if tests.contains(where: { $0.status == .infrastructureError }) { return .infrastructureError }
        return tests.first { $0.status != .pass && $0.status != .notRun }?.status ?? .pass
    }

    var passed: Int { tests.count { $0.status == .pass } }

    /// What passed by something that may be honest or not has no verdict; what failed has failed.
    mutating func doubt(_ why: String) {
        guard status == .pass else { return }
        rowFault = .init(
            reason: CodeStatus.tampered.rawValue, explanation: why + ", and whether rightly is not known")
    }

    /// As a verdict's details.
    func details(language: String, isolation: String) -> JSONValue {
        var members: [JSONValue.Member] = [
            .init("status", .string(status.rawValue)), .init("passed", .int(passed)), .init("total", .int(tests.count)),
            .init("language", .string(language)), .init("isolation", .string(isolation)),
        ]
        members.append(.init("judged", .string(judged.rawValue)))
        if let compile { members.append(.init("compile", compile.details(isWhole: true))) }
        if let limits {
            members.append(
                .init(
                    "limits",
                    [
                        "cpu_ms": .int(Int(clamping: limits.cpu * 1000, .down)),
                        "wall_ms": .int(Int(clamping: limits.wallSeconds * 1000, .down)),
                        "memory_mb": .int(limits.memory >> 20),
                    ]))
        }
        let failed = Set(tests.indices.filter { tests[$0].shown != nil }.prefix(Self.listed))
        members.append(
            .init("tests", .array(tests.indices.map { tests[$0].details(isWhole: failed.contains($0)) })))
        return .object(members)
    }
}

extension CodeResult.Test {
    fileprivate func details(isWhole: Bool) -> JSONValue {
        var members: [JSONValue.Member] = [.init("status", .string(status.rawValue))]
        if let cpuSeconds { members.append(.init("cpu_ms", .int(Int(clamping: cpuSeconds * 1000, .down)))) }
        if let wallSeconds { members.append(.init("wall_ms", .int(Int(clamping: wallSeconds * 1000, .down)))) }
        if let peakBytes { members.append(.init("peak_mb", .int(peakBytes >> 20))) }
        if isWhole, let shown {
            if let input = shown.input { members.append(.init("input", .string(input))) }
            if let expected = shown.expected { members.append(.init("expected", .string(expected))) }
            if let got = shown.got { members.append(.init("got", .string(got))) }
        }
        if let explanation { members.append(.init("explanation", .string(explanation))) }
        if let stdout { members.append(.init("stdout", .string(stdout))) }
        if let stderr { members.append(.init("stderr", .string(stderr))) }
        return .object(members)
    }
}
