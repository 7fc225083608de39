import Foundation
import JSON
import Optim
import Testing

@testable import AssayCommand

/// What configurations and files of an optimiser's first users did.
@Suite struct OptimFaultTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    /// `--set` takes a mapping as a file does, and no word where a mapping belongs.
    @Test func overridesTakeTheFormOfAFile() throws {
        try folder.write("", to: "rows.jsonl")
        try folder.write(
            "store: s.sqlite\ndataset: {path: rows.jsonl}\nrollout: {endpoints: [\"http://127.0.0.1:9\"]}\nverify: {verifier: exact}\n",
            to: "run.yaml")
        func load(_ set: String) throws -> RunConfig {
            try RunConfig.load(path: folder.file("run.yaml"), overrides: [set])
        }
        for form in ["{eps: 0.5}", #"{"eps": 0.5}"#] {
            #expect(try load("optimize.overrides=\(form)").optimize.estimator().eps == 0.5)
        }
        #expect(throws: (any Error).self) { try load("optimize.overrides=eps").optimize.estimator() }
        #expect(
            try load("optimize.pack.aggregation=length-weighted").optimize.pack.aggregation.rawValue
                == "length-weighted")
    }

    /// A file whose rows stand in it twice is a file of half as many samples, and the report says so.
    @Test func copiedRowsCountOnce() async throws {
        let rows = (0..<6).flatMap { problem in
            (0..<2).map { index in
                """
                {"problem_id": \(problem), "index": \(index), "response": "a response of more than thirty-two bytes \(index)", \
                "verdict": {"outcome": "correct", "score": 1, "reason": "equal", "milliseconds": 0}}

                """
            }
        }
        try folder.write((rows + rows).joined(), to: "twice.jsonl")
        let result = try await AssayProcess.run(["report", folder.file("twice.jsonl"), "--json"])
        let report = try JSONValue(parsing: result.output.utf8)
        #expect(report["overall"]?["scored"]?.intValue == 12, "\(result.errors)")
        #expect(
            report["notes"]?.arrayValue?.contains { $0.stringValue?.contains("12 rows are copies") == true } == true)
        #expect(report["overall"]?["curve"]?.arrayValue?.last?["k"]?.intValue == 2)
    }
}
