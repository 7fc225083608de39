import ArgumentParser
import Foundation
import JSON

/// `assay init`: a commented configuration.
struct Init: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Write a configuration with every key explained.",
        discussion: """
            EXAMPLE
              assay init config.yaml --dataset problems.jsonl --endpoint http://127.0.0.1:8000
            """)

    @Argument(help: "File to write; - is standard output.")
    var path = "assay.yaml"

    @Option(help: "JSONL file of problems.")
    var dataset = "problems.jsonl"

    @Option(help: "Base URL of the inference server.")
    var endpoint = "http://127.0.0.1:8000"

    @Flag(help: "Replace the file if it exists.")
    var force = false

    func validate() throws {
        if path == "-" { try IdleFlags.refuse(["--force": force], "with -") }
    }

    func run() async throws {
        let name = (path as NSString).lastPathComponent.split(separator: ".").first.map(String.init) ?? "run"
        let run = path == "-" ? "run" : name
        let yaml = try ConfigTemplate.yaml(values: [
            "name": .string(run), "store": .string("runs/\(run)/experience.sqlite"), "seed": 0,
            "dataset.path": .string(dataset), "rollout.endpoints": [.string(endpoint)], "sampling.n": 8,
            "sampling.max_tokens": 512, "verify.verifier": "math", "optimize.preset": "grpo",
        ])
        if path == "-" {
            FileHandle.standardOutput.write(Data(yaml.utf8))
            return
        }
        if !force, FileManager.default.fileExists(atPath: path) {
            throw BadInput("\(path) exists; replace it with --force")
        }
        try Data(yaml.utf8).write(to: URL(fileURLWithPath: path))
        Terminal.output("wrote \(path); set dataset.path and rollout.endpoints, then: assay run \(path)")
    }
}
