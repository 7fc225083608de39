import Experience

/// How much each reward component counts: `{answer: 1, format: 0.5}` in a configuration.
public enum ComponentWeights: Sendable, Hashable {
    /// 1 for each component that a group has.
    case equal
    /// By name; a component that is not named takes no part.
    case named([String: Double])
    /// In the order of the names; see ``resolved(names:)``.
    case listed([Double])

    /// The components that a completion needs a number for; nil for those that its group has.
    var needed: [String]? {
        guard case .named(let weights) = self else { return nil }
        return weights.filter { $0.value != 0 }.keys.sorted()
    }

    /// The weight of a component.
    func weight(of name: String) -> Double {
        guard case .named(let weights) = self else { return 1 }
        return weights[name] ?? 0
    }

    /// Weights by name, where `names` are the components of a run's verdicts.
    ///
    /// A list of as many weights as there are names means them in alphabetical order. Throws `OptimError` for another
    /// list, and for a name that no verdict has.
    public func resolved(names: [String]) throws -> ComponentWeights {
        let names = names.sorted()
        if names.isEmpty { return self }
        switch self {
        case .equal: return self
        case .named(let weights):
            guard let unknown = weights.keys.sorted().first(where: { !names.contains($0) }) else { return self }
            let hint = unknown.nearest(in: names).map { "; did you mean \($0)?" } ?? ""
            throw OptimError("no reward component \(unknown)\(hint) The verdicts have: \(Self.list(names))")
        case .listed(let weights):
            guard weights.count == names.count else {
                let form = zip(names, weights + names.map { _ in 1 }).map { "\($0): \($1)" }
                throw OptimError(
                    "component_weights: \(weights.count) weights for the \(names.count) components of the verdicts; "
                        + "give them by name: {\(Self.list(form))}")
            }
            return .named(Dictionary(uniqueKeysWithValues: zip(names, weights)))
        }
    }

    /// Throws unless the weights are finite and one of them counts.
    func validate() throws {
        let values: [Double]
        switch self {
        case .equal: return
        case .named(let weights): values = Array(weights.values)
        case .listed(let weights): values = weights
        }
        guard values.allSatisfy(\.isFinite), values.contains(where: { $0 != 0 }) else {
            throw OptimError("component_weights must be finite, and one of them not 0")
        }
    }

    // A line is enough, however many there are.
    private static func list(_ words: [String]) -> String {
        words.prefix(20).joined(separator: ", ") + (words.count > 20 ? ", …" : "")
    }
}

extension ComponentWeights: Codable {
    /// An object by name, or a list; an empty one means `equal`.
    public init(from decoder: any Decoder) throws {
        let single = try decoder.singleValueContainer()
        if let weights = try? single.decode([String: Double].self) {
            self = weights.isEmpty ? .equal : .named(weights)
        } else if let weights = try? single.decode([Double].self) {
            self = weights.isEmpty ? .equal : .listed(weights)
        } else {
            throw OptimError("component_weights: give a number by name, as in {answer: 1, format: 0.5}")
        }
    }

    /// As it is read; `equal` is an empty list, as in the sets of earlier versions.
    public func encode(to encoder: any Encoder) throws {
        var single = encoder.singleValueContainer()
        switch self {
        case .equal: try single.encode([Double]())
        case .named(let weights): try single.encode(weights)
        case .listed(let weights): try single.encode(weights)
        }
    }
}
