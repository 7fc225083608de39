import JSON

/// What a window of estimates leaves behind for the next: running averages by role and the adapted weight of the KL penalty.
struct EstimatorState: Sendable {
    var averages: [String: Double] = [:]
    var penalty: KLController

    /// Before the first window, or where `json` left off.
    init(_ shaping: ShapingOptions, _ json: JSONValue? = nil) throws {
        penalty = try shaping.klController()
        guard let json else { return }
        for member in json["averages"]?.objectValue ?? [] {
            if let value = member.value.doubleValue, value.isFinite { averages[member.key] = value }
        }
        if let weight = json["kl_beta"]?.doubleValue { penalty = try shaping.klController(from: weight) }
    }

    /// As the store keeps it; numbers come back to the last bit.
    var json: JSONValue {
        [
            "averages": .object(averages.sorted { $0.key < $1.key }.map { .init($0.key, .double($0.value)) }),
            "kl_beta": .double(penalty.coefficient),
        ]
    }
}
