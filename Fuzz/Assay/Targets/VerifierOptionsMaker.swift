import JSON
import Verifiers

/// Makes options of a registered verifier: of the seeds, and at random from the list that it registers.
struct VerifierOptionsMaker {
    /// Options that name programs, files or servers: never made up.
    private static let untouched: Set = [
        "command", "python", "cache", "databases", "prompt", "endpoint", "url", "api_key_env", "show", "environment",
        "unsafe",
        "languages", "path", "file", "folder", "language", "workers", "slots", "concurrency",
    ]

    let entry: VerifierRegistry.Entry
    let seeds: [JSONValue]
    let mutator: Mutator

    init(_ entry: VerifierRegistry.Entry, _ inputs: [FuzzInput], _ mutator: Mutator) {
        self.entry = entry
        seeds = inputs.compactMap { $0["options"].flatMap { try? JSONValue(parsing: $0) } }
        self.mutator = mutator
    }

    func options(_ random: inout FuzzRandom) -> JSONValue {
        var members = seeds.isEmpty || random.oneIn(4) ? [] : random.pick(seeds).objectValue ?? []
        for option in entry.options where random.oneIn(3) && !Self.untouched.contains(option.name) {
            let value = value(of: option.summary, &random)
            if let slot = members.firstIndex(where: { $0.key == option.name }) {
                members[slot].value = random.oneIn(2) ? mutator.changed(members[slot].value, &random) : value
            } else {
                members.append(.init(option.name, value))
            }
        }
        return .object(members)
    }

    /// The description names the words and the default of an option.
    private func value(of summary: String, _ random: inout FuzzRandom) -> JSONValue {
        let words = summary.split { !($0.isLetter || $0.isNumber || $0 == "_" || $0 == ".") }.map(String.init)
        switch random.below(8) {
        case 0, 1, 2: return words.isEmpty ? .bool(true) : .string(random.pick(words))
        case 3: return .bool(random.oneIn(2))
        case 4: return .double(Double(random.below(101)) / 100)
        case 5: return .int(random.below(20))
        default: return mutator.value(&random)
        }
    }
}
