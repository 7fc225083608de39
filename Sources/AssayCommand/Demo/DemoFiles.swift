import Experience
import Foundation
import JSON

/// The files of the demo: problems and a configuration that a person can read, change and run again.
struct DemoFiles {
    let folder: String

    var problems: String { folder + "/problems.jsonl" }
    var config: String { folder + "/config.yaml" }
    var store: String { folder + "/experience.sqlite" }

    /// Removes the store of an earlier demo, so that each one starts anew. A folder that holds anything else under the
    /// demo's names is refused.
    func removeEarlierRun() throws {
        let isDemo = try FileManager.default.fileExists(atPath: config) && FileKind.demoConfiguration.contains(config)
        for path in [config, problems, store] where !isDemo && FileManager.default.fileExists(atPath: path) {
            throw BadInput("\(path) is not of an earlier demo, and is not replaced; name another --folder")
        }
        try Store.remove(store)
    }

    /// Writes both files into `folder`.
    func write(endpoint: String, isSimulated: Bool, canRunCode: Bool, tokenizer: String?) async throws {
        try Folder.make(folder)
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
        try await OutputFile(problems, kind: .rows("the demo's problems", with: "kind"), force: true).write(rows)
        var yaml = yaml(endpoint: endpoint, isSimulated: isSimulated, canRunCode: canRunCode)
        if let tokenizer { yaml += "  tokenizer: \(JSONValue.string(tokenizer).text)\n" }
        try await OutputFile(config, kind: .demoConfiguration, force: true).write(Array(yaml.utf8))
    }

    fileprivate static let title = "# The demo's configuration."

    private func yaml(endpoint: String, isSimulated: Bool, canRunCode: Bool) -> String {
        """
        \(Self.title) 'assay run \(config)' goes on where it stopped.
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

extension FileKind {
    fileprivate static let demoConfiguration = FileKind("the demo's configuration") { head in
        head.starts(with: DemoFiles.title.utf8)
    }
}
