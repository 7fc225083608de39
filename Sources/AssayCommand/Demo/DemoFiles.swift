import Foundation
import JSON

/// The files of the demo: problems and a configuration that a person can read, change and run again.
struct DemoFiles {
    let folder: String

    var problems: String { folder + "/problems.jsonl" }
    var config: String { folder + "/config.yaml" }
    var store: String { folder + "/experience.sqlite" }

    /// Removes the store of an earlier demo, so that each one starts anew.
    func removeEarlierRun() throws {
        for suffix in ["", "-wal", "-shm", ".lock"] where FileManager.default.fileExists(atPath: store + suffix) {
            try FileManager.default.removeItem(atPath: store + suffix)
        }
    }

    /// Writes both files into `folder`.
    func write(endpoint: String, isSimulated: Bool, canRunCode: Bool, tokenizer: String?) throws {
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        var rows: [UInt8] = []
        for entry in DemoProblems.all where canRunCode || entry.verifier != "code" {
            var row: [JSONValue.Member] = [
                .init("id", .string(entry.id)), .init("kind", .string(entry.kind)),
                .init("prompt", .string(entry.question)), .init("verifier", .string(entry.verifier)),
            ]
            if let tests = entry.tests {
                row.append(.init("language", "python"))
                row.append(.init("format", "asserts"))
                row.append(.init("tests", .string(tests)))
            } else {
                row.append(.init("answer", .string(entry.answer)))
            }
            rows += JSONValue.object(row).bytes + [UInt8(ascii: "\n")]
        }
        try Data(rows).write(to: URL(fileURLWithPath: problems))
        var yaml = yaml(endpoint: endpoint, isSimulated: isSimulated, canRunCode: canRunCode)
        if let tokenizer { yaml += "  tokenizer: \(JSONValue.string(tokenizer).text)\n" }
        try Data(yaml.utf8).write(to: URL(fileURLWithPath: config))
    }

    private func yaml(endpoint: String, isSimulated: Bool, canRunCode: Bool) -> String {
        """
        # The demo's configuration. 'assay run \(config)' goes on where it stopped.
        name: demo
        store: \(store)
        seed: 7

        dataset:
          path: \(problems)
          chat: true

        sampling:
          n: 8
          temperature: 1.0
          max_tokens: 64
          top_logprobs: \(isSimulated ? 5 : 10)

        rollout:
          endpoints: [\(endpoint)]
          concurrency: 8

        verify:
          verifier: route
          options:
            field: verifier
            routes: {math: math, choice: choice\(canRunCode ? ", code: code" : "")}

        optimize:
          preset: grpo

        report:
          html: \(folder)/report.html

        """
    }
}
