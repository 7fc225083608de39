import JSON

/// What a window of estimates leaves behind for the next: running averages by role, moments by domain, successes
/// by problem and the adapted weight of the KL penalty.
struct EstimatorState: Sendable {
    var averages: [String: Double] = [:]
    var moments: [String: RunningMoments] = [:]
    var trackers: [String: SuccessTracker] = [:]
    var penalty: KLController

    /// Before the first window, or where `json` left off.
    init(_ shaping: ShapingOptions, _ json: JSONValue? = nil) throws {
        penalty = try shaping.klController()
        guard let json else { return }
        for member in json["averages"]?.objectValue ?? [] {
            if let value = member.value.doubleValue, value.isFinite { averages[member.key] = value }
        }
        for member in json["moments"]?.objectValue ?? [] {
            moments[member.key] = RunningMoments(member.value.arrayValue?.compactMap(\.doubleValue) ?? [])
        }
        for member in json["trackers"]?.objectValue ?? [] {
            trackers[member.key] = SuccessTracker(member.value.arrayValue?.compactMap(\.doubleValue) ?? [])
        }
        if let weight = json["kl_beta"]?.doubleValue { penalty = try shaping.klController(from: weight) }
    }

    /// As the store keeps it; numbers come back to the last bit.
    var json: JSONValue {
        func object(_ members: [String: JSONValue]) -> JSONValue {
            .object(members.sorted { $0.key < $1.key }.map { .init($0.key, $0.value) })
        }
        var members: [String: JSONValue] = [
            "averages": object(averages.mapValues { .double($0) }), "kl_beta": .double(penalty.coefficient),
        ]
        if !moments.isEmpty { members["moments"] = object(moments.mapValues(\.json)) }
        if !trackers.isEmpty {
            members["trackers"] = object(trackers.mapValues { .array([.double($0.successes), .double($0.failures)]) })
        }
        return object(members)
    }
}

extension SuccessTracker {
    // Numbers that are no weights are none yet.
    fileprivate init(_ numbers: [Double]) {
        self.init()
        guard numbers.count == 2, numbers.allSatisfy(\.isFinite), numbers[0] + numbers[1] > 0 else { return }
        self.init(successes: numbers[0], failures: numbers[1])
    }
}

extension RunningMoments {
    // Numbers that are no moments are none yet.
    fileprivate init(_ numbers: [Double]) {
        self.init()
        guard numbers.count == 5, numbers[0] >= 1, let count = Int(exactly: numbers[0]), numbers[2] >= 0 else { return }
        (self.count, mean, squares, minimum, maximum) = (count, numbers[1], numbers[2], numbers[3], numbers[4])
    }

    fileprivate var json: JSONValue {
        .array([.int(count)] + [mean, squares, minimum, maximum].map { .double($0) })
    }
}
