import Experience
import Foundation
import JSON
import Serve
import Testing
import Verifiers

/// Requests as trainers' clients put them on the wire (checks/record.py recorded them), sent again byte for byte.
@Suite(.serialized) struct RecordedRequestTests {
    struct Record: CustomStringConvertible, Sendable {
        var client: String
        var name: String
        var bytes: [UInt8]
        var description: String { "\(client), \(name)" }
    }

    static let records: [Record] = {
        let path = (#filePath as NSString).deletingLastPathComponent + "/../Fixtures/trainers.jsonl"
        let text = FileManager.default.contents(atPath: path).map { String(decoding: $0, as: UTF8.self) } ?? ""
        return text.split(separator: "\n").compactMap { line in
            guard let row = try? JSONValue(parsing: line.utf8), let client = row["client"]?.stringValue,
                let name = row["name"]?.stringValue, let request = row["request"]?.stringValue
            else { return nil }
            return Record(client: client, name: name, bytes: Array(request.utf8))
        }
    }()

    @Test func thereAreRecordsOfEveryTrainer() {
        let clients = Set(Self.records.map { $0.client.prefix { $0 != " " } })
        #expect(clients == ["OpenRLHF", "verl", "slime", "NeMo-Gym", "open-instruct"])
    }

    @Test(arguments: records)
    func isAnsweredTheWayItsClientReads(record: Record) async throws {
        var registry = VerifierRegistry.standard
        registry.register("code", summary: "stands in for the sandbox", make: { _ in RecordedTests() })
        try await TestServer.run(registry: registry, programs: RecordedPrograms()) {
            (server: TestServer) async throws in
            let reply = try await server.exchange(record.bytes)
            Self.check(reply, of: record)
        }
    }

    private static func check(_ reply: TestReply, of record: Record) {
        let json = reply.json
        switch (String(record.client.prefix { $0 != " " }), record.name) {
        case ("slime", "no label"):
            // Nothing to judge by, whenever it is asked: a final error, never a number.
            #expect(reply.status == 422 && reply.headers["retry-after"] == nil, "\(record)")
            return
        case ("OpenRLHF", let name):
            let rewards: JSONValue = [.double(name == "right" ? 1 : 0)]
            #expect(json["rewards"] == rewards && json["scores"] == rewards, "\(record)")
            #expect(json["extra_logs"]?.objectValue != nil, "\(record)")
        case ("slime", _): #expect(json.doubleValue == 1, "\(record)")
        case ("verl", let name):
            #expect(json["status"]?.stringValue == (name == "right" ? "Success" : "Failed"), "\(record)")
            let wanted = ["right": "Finished", "crash": "Finished", "endless": "TimeLimitExceeded"]
            #expect(json["run_result"]?["status"]?.stringValue == wanted[name], "\(record)")
            #expect(json["run_result"]?["return_code"]?.intValue == ["right": 0, "crash": 3][name], "\(record)")
        case ("NeMo-Gym", "math"), ("NeMo-Gym", "code"):
            #expect(json["reward"]?.doubleValue == 1 && json["mask_sample"] == false, "\(record)")
            #expect(json["responses_create_params"] != nil && json["response"]?["output"] != nil, "\(record)")
        case ("NeMo-Gym", "seed"): #expect(json == [:], "\(record)")
        case ("NeMo-Gym", "seed by id"), ("NeMo-Gym", "close"):
            #expect(json == ["resources_session_id": "s-1"], "\(record)")
        case ("NeMo-Gym", "aggregate"):
            #expect(json["key_metrics"]?["mean/reward"]?.doubleValue == 0.5, "\(record)")
        case ("open-instruct", let name):
            #expect(json["results"] == (name == "asserts" ? [1, 0] : [1]), "\(record)")
            #expect(json["runtimes"]?.arrayValue?.count == (name == "asserts" ? 2 : 1), "\(record)")
        default: Issue.record("no expectation for \(record)")
        }
        #expect(reply.status == 200, "\(record)")
    }
}

/// Knows the recorded programs by their text.
private struct RecordedPrograms: ProgramRunner {
    func run(_ program: ProgramRequest) async -> ProgramResult {
        if program.code.contains("while True") {
            return .ran(
                compile: nil,
                run: ProgramStep(status: .timeLimit, seconds: 2, exitCode: nil, stdout: "", stderr: ""))
        }
        let code = program.code.contains("SystemExit(3)") ? 3 : 0
        return .ran(
            compile: nil,
            run: ProgramStep(status: .finished, seconds: 0, exitCode: code, stdout: "2\n", stderr: ""))
    }
}

/// Knows the recorded tests that the recorded programs pass.
private struct RecordedTests: Verifier {
    let name = "code"
    let version = "1"
    let needsAnswer = false

    func verify(_ item: VerificationItem) async -> Verdict {
        let fields = item.problem.fields.value.text
        return fields.contains("add(1, 2)") || fields.contains("2\\n") ? .correct() : .incorrect()
    }
}
