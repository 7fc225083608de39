import Foundation
import Testing

/// What can be wrong with a command's standard streams; each is a shell line around the command.
enum StreamFault: String, CaseIterable, CustomTestStringConvertible, Sendable {
    case outputClosed = #""$ASSAY" "$@" >&-"#
    case outputFull = #""$ASSAY" "$@" >/dev/full"#
    /// Nobody reads from the first byte on.
    case readerGone = #"""
        pipe=$(mktemp -u); mkfifo $pipe; exec 3<>$pipe 4>$pipe 3>&-; rm $pipe
        "$ASSAY" "$@" >&4
        """#
    case readerLeaves = #""$ASSAY" "$@" | head -n 1 >/dev/null; exit ${PIPESTATUS[0]}"#
    case errorsClosed = #""$ASSAY" "$@" 2>&- >/dev/null"#
    case errorsFull = #""$ASSAY" "$@" 2>/dev/full >/dev/null"#
    case bothClosed = #""$ASSAY" "$@" 2>&- >&-"#
    case allClosed = #""$ASSAY" "$@" 2>&- >&- <&-"#

    var testDescription: String { String(describing: self) }

    /// The exit codes that the documents allow a command that ends with `code` when all is well.
    func codes(after code: Int32) -> Set<Int32> {
        switch self {
        case .outputClosed, .outputFull, .bothClosed: [code == 0 ? 1 : code]
        case .readerGone: [code == 0 ? 141 : code]
        case .readerLeaves: [code, 141]
        case .errorsClosed, .errorsFull: [code]
        // What reads its input has bad input.
        case .allClosed: [code == 0 ? 1 : code, 2]
        }
    }
}

/// Every command with every fault of its streams: no signal, no trace, the documented exit code.
@Suite(.serialized) struct StreamFaultTests {
    private static let samples = Task { try await CommandSamples() }

    @Test func everyCommandHasASample() {
        #expect(Set(CommandSamples.commands.map { $0.joined(separator: " ") }) == Set(CommandSamples.arguments.keys))
    }

    private static let once = CommandSamples.commands.filter { !CommandSamples.servers.contains($0[0]) }

    @Test(arguments: once)
    func aCommandEndsAsDocumented(_ words: [String]) async throws {
        let samples = try await Self.samples.value
        let name = words.joined(separator: " ")
        let arguments = words + (CommandSamples.arguments[name] ?? [])
        for more in CommandSamples.plain.contains(name) || !Self.isWhole ? [[]] : [[], ["--json"]] {
            try await check(arguments + more, in: samples.folder.path)
        }
    }

    // The whole table is `make outputs`; `make test` leaves the second form, and faults together, out for its time.
    private static let isWhole = ProcessInfo.processInfo.environment["ASSAY_OUTPUTS"] != nil
    private static let faults =
        isWhole ? StreamFault.allCases : [.outputClosed, .outputFull, .readerLeaves, .errorsClosed]

    /// What the argument parser says in our place.
    @Test(arguments: [
        [], ["--help"], ["--version"], ["help", "verify"], ["verify", "--help"], ["verifier"],
        ["--generate-completion-script", "bash"], ["--generate-completion-script", "zsh"], ["nonsense"],
        ["verify", "--nonsense"], ["verify"], ["verify", "/none/rows.jsonl"], ["report", "/none/store"],
    ])
    func helpAndErrorsEndAsDocumented(_ arguments: [String]) async throws {
        try await check(arguments, in: "/tmp")
    }

    private func check(_ arguments: [String], in folder: String) async throws {
        let input = FileManager.default.fileExists(atPath: folder + "/batch") ? "batch" : "/dev/null"
        func run(_ line: String) async throws -> AssayProcess.Result {
            try await AssayProcess.shell("exec <\(input); " + line, arguments, folder: folder)
        }
        let normal = try await run(#""$ASSAY" "$@" >/dev/null"#)
        #expect((0...2).contains(normal.code), "\(arguments): \(normal.errors)")
        for fault in Self.faults {
            let result = try await run(fault.rawValue)
            let comment = Comment(rawValue: "\(arguments), \(fault.testDescription): \(result.code) \(result.errors)")
            #expect(fault.codes(after: normal.code).contains(result.code), comment)
            #expect(!["Fatal", "Crash", "Backtrace", "rash:"].contains(where: result.errors.contains), comment)
            guard normal.code == 0, [.outputClosed, .outputFull].contains(fault) else { continue }
            let lines = result.errors.split(separator: "\n").filter { $0.hasPrefix("assay: ") }
            #expect(lines.count == 1 && lines[0].hasPrefix("assay: standard output: cannot write: "), comment)
        }
    }

    @Test(arguments: CommandSamples.servers, faults)
    func aServerServes(_ name: String, _ fault: StreamFault) async throws {
        let samples = try await Self.samples.value
        let arguments = [name] + (CommandSamples.arguments[name] ?? [])
        let wrapped = fault.rawValue.replacing("exit ", with: "return ")
            .replacing(#""$ASSAY""#, with: #"sh -c 'echo $$ >server.pid; exec "$ASSAY" "$@"' sh"#)
        // A port is asked for until it is nobody else's.
        let line = """
            serve() { \(wrapped)
            }
            for try in 1 2 3 4 5; do
                port=$((20000 + RANDOM % 20000))
                serve "$@" --port $port <batch & job=$!
                while kill -0 $job 2>/dev/null; do
                    curl -sfm 5 http://127.0.0.1:$port/healthz >/dev/null && break 2
                    sleep 0.05
                done
            done
            curl -sm 30 "http://127.0.0.1:$port/none/[1-1000]" -o /dev/null
            curl -sfm 5 http://127.0.0.1:$port/metrics >&5 || exit 99
            kill -TERM $(cat server.pid)
            wait $job
            """
        let result = try await AssayProcess.shell("exec 5>&1; " + line, arguments, folder: samples.folder.path)
        let comment = Comment(
            rawValue: "\(name), \(fault.testDescription): \(result.code) \(result.errors.prefix(500))")
        #expect(result.code == 0, comment)
        let isLost = [.errorsClosed, .errorsFull, .bothClosed, .allClosed].contains(fault)
        let count = #"assay_log_lines_dropped_total{reason="unwritable"} \#(isLost ? 1000 : 0)"#
        #expect(result.output.contains(count + "\n"), comment)
    }
}
