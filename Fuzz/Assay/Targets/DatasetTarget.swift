import Datasets
import Experience
import Foundation
import JSON

/// Files of problems as `assay run` reads them: JSON, tables and what they are packed in, by their layouts, with templates and pass rates.
final class DatasetTarget: FuzzTarget {
    private let seeds: [FuzzInput]
    private let mutator: Mutator
    private let folder: String

    init(_ context: FuzzContext) {
        seeds = context.corpus["datasets"]
        mutator = Mutator(seeds)
        folder = context.folder
    }

    func input(at place: FuzzPlace) -> FuzzInput {
        if place.index < seeds.count { return seeds[Int(place.index)] }
        var random = place.random("datasets")
        var input = seeds.isEmpty ? Self.bare(&random) : random.pick(seeds)
        for slot in input.parts.indices where input.parts[slot].name != "format" && !random.oneIn(3) {
            // A file has many lines; one of them is enough.
            var lines = input.parts[slot].bytes.split(separator: 0x0A, omittingEmptySubsequences: false).map(Array.init)
            if input.parts[slot].name == "file", lines.count > 1, random.oneIn(2) {
                let line = random.below(lines.count)
                lines[line] = mutator.changedPart(lines[line], &random)
                input.parts[slot].bytes = Array(lines.joined(separator: [0x0A]))
            } else {
                input.parts[slot].bytes = mutator.changedPart(input.parts[slot].bytes, &random)
            }
        }
        return input
    }

    private static let formats = ["jsonl", "csv", "jsonl.gz", "csv.gz", "json", "tsv", "jsonl.zst"]

    private static func bare(_ random: inout FuzzRandom) -> FuzzInput {
        var input = FuzzInput()
        input.add("format", random.pick(Self.formats))
        input.add(
            "file",
            random.oneIn(2) ? "{\"id\": 1, \"prompt\": \"q\", \"answer\": \"a\"}\n" : "id,prompt,answer\n1,q,a\n")
        input.add("options", "{\"epochs\": 2, \"shuffle\": 1, \"id_field\": \"id\", \"chat\": true}")
        return input
    }

    func run(_ input: FuzzInput) async throws {
        let format = input.text("format") ?? "jsonl"
        let known = Self.formats.contains(format) ? format : "jsonl"
        let path = "\(folder)/problems.\(known)"
        try Data(input["file"] ?? []).write(to: URL(fileURLWithPath: path))
        let json = Data(input["options"] ?? Array("{}".utf8))
        var options = (try? JSONDecoder().decode(DatasetOptions.self, from: json)) ?? DatasetOptions()
        options.path = path
        options.epochs = min(options.epochs, 3)
        options.mix = options.mix.prefix(2).map { part in
            var part = part
            (part.path, part.template, part.passRates, part.mix) = (path, "", "", [])
            return part
        }
        options.template = try write(input["template"], "template.mustache")
        options.passRates = try write(input["pass_rates"], "rates.jsonl")
        guard let reader = try? DatasetReader(options) else { return }
        var count = 0
        while count < 20_000, let problems = try? await reader.next(256), !problems.isEmpty { count += problems.count }
    }

    private func write(_ bytes: [UInt8]?, _ name: String) throws -> String {
        guard let bytes else { return "" }
        try Data(bytes).write(to: URL(fileURLWithPath: "\(folder)/\(name)"))
        return "\(folder)/\(name)"
    }
}
