import Experience

/// The section `online`: how far sampling may run ahead of training.
struct OnlineOptions: Codable {
    var steps = 100
    var maxStaleness = 1
    var trainerTimeout = 3600.0

    enum CodingKeys: String, CodingKey {
        case steps
        case maxStaleness = "max_staleness"
        case trainerTimeout = "trainer_timeout"
    }

    static let fields: [ConfigField] = [
        ConfigField("steps", "batches that trainers shall have applied when 'run --online' ends"),
        ConfigField("max_staleness", "policy versions that a sample may be behind when trained on; 0 is on-policy"),
        ConfigField("trainer_timeout", "seconds to wait for a trainer that finishes nothing before stopping"),
    ]

    /// Throws `ConfigProblem`.
    func validate() throws {
        for (key, value, least) in [("steps", steps, 1), ("max_staleness", maxStaleness, 0)]
        where !(least...1_000_000_000).contains(value) {
            throw ConfigProblem(key, "must be from \(least) to 1000000000, not \(value)")
        }
        if !(trainerTimeout > 0 && trainerTimeout < 1e9) {
            throw ConfigProblem(
                "trainer_timeout", "must be a number of seconds above 0 and below 1000000000, not \(trainerTimeout)")
        }
    }
}
