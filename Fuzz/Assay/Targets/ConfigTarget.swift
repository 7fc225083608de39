import AssayCommand
import Foundation

/// Configuration files with overrides: YAML, the known keys, decoding, validation.
final class ConfigTarget: FuzzTarget {
    private let seeds: [FuzzInput]
    private let mutator: Mutator
    private let path: String

    init(_ context: FuzzContext) {
        seeds = context.corpus["config"]
        mutator = Mutator(seeds)
        path = context.folder + "/config.yaml"
    }

    func input(at place: FuzzPlace) -> FuzzInput {
        if place.index < seeds.count { return seeds[Int(place.index)] }
        var random = place.random("config")
        var input = seeds.isEmpty ? FuzzInput([.init("yaml", "sampling:\n  n: 4\n".utf8)]) : random.pick(seeds)
        for slot in input.parts.indices where !random.oneIn(4) {
            input.parts[slot].bytes = mutator.changed(input.parts[slot].bytes, &random)
        }
        if random.oneIn(3) {
            let key = random.pick([
                "sampling.n", "seed", "rollout.concurrency", "optimize.overrides.eps", "verify.options.x", "a.b",
            ])
            input.add("set", key + "=" + Boundary.number(&random))
        }
        return input
    }

    func run(_ input: FuzzInput) async throws {
        try Data(input["yaml"] ?? []).write(to: URL(fileURLWithPath: path))
        let overrides = input.parts.filter { $0.name == "set" }.map { String(decoding: $0.bytes, as: UTF8.self) }
        guard let config = try? RunConfig.load(path: path, overrides: overrides, needsDataset: false) else { return }
        // What was accepted is stored with the run.
        _ = try JSONEncoder().encode(config)
    }
}
