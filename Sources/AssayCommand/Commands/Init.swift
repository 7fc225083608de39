import ArgumentParser
import Datasets
import Environments
import Experience
import Foundation
import JSON
import Rollout

/// `assay init`: a commented configuration.
struct Init: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Write a configuration with every key explained.",
        discussion: """
            EXAMPLE
              assay init config.yaml --dataset problems.jsonl --endpoint http://127.0.0.1:8000
              assay init agent.yaml --environment python              episodes of several turns
              assay init --schema > assay.schema.json        for an editor's completion and checks
            """)

    @Argument(help: "File to write; - is standard output.")
    var path = "assay.yaml"

    @Option(help: "File of problems. (default: problems.jsonl)")
    var dataset: String?

    @Option(help: "Base URL of the inference server. (default: http://127.0.0.1:8000)")
    var endpoint: String?

    @Option(help: "Environment that the policy acts in over several turns; see 'assay env list'.")
    var environment: String?

    @Flag(help: "Print the JSON schema of configurations instead.")
    var schema = false

    @OptionGroup var replacing: ForceFlag

    func validate() throws {
        if schema {
            try IdleFlags.refuse(
                ["--force": replacing.force, "--environment": environment != nil], "with --schema")
        }
        if path == "-" { try IdleFlags.refuse(["--force": replacing.force], "with -") }
    }

    func run() async throws {
        if schema { return Terminal.output(try ConfigSchema.json().text) }
        if let endpoint, let fault = ServerAddress.fault(in: endpoint) { throw BadInput("--endpoint: \(fault)") }
        let file = try OutputFile(path, kind: .configuration, force: replacing.force)
        let name = FilePath.name(of: path).split(separator: ".").first.map(String.init) ?? "run"
        let run = path == "-" ? "run" : name
        var values: [String: JSONValue] = [
            "name": .string(run), "store": .string("runs/\(run)/experience.sqlite"), "seed": 0,
            "dataset.path": .string(dataset ?? "problems.jsonl"),
            "rollout.endpoints": [.string(endpoint ?? "http://127.0.0.1:8000")], "sampling.n": 8,
            "sampling.max_tokens": 512, "verify.verifier": "math", "optimize.preset": "grpo",
        ]
        if let environment {
            try EnvironmentRegistry.standard.check(environment, options: .object([]))
            values["environment.name"] = .string(environment)
        }
        let yaml = try ConfigTemplate.yaml(values: values)
        try await file.write(Array(yaml.utf8))
        if file.isStandardOutput { return }
        let open = [dataset == nil ? "dataset.path" : nil, endpoint == nil ? "rollout.endpoints" : nil]
            .compactMap(\.self).joined(separator: " and ")
        Terminal.output("wrote \(path); " + (open.isEmpty ? "" : "set \(open), ") + "then: assay run \(path)")
        if let dataset, !RowFiles.exist(at: dataset) { Terminal.line("note: \(dataset) is not there yet") }
    }
}
