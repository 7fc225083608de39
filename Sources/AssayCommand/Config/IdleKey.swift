import Experience
import JSON

/// A key that does nothing beside the others of a configuration: it is said when it is given, as it was meant to do something.
struct IdleKey: Sendable {
    /// The key.
    var key: String
    /// What it needs, in words.
    var need: String
    /// Whether a configuration has what it needs.
    var isUsed: @Sendable (JSONValue) -> Bool

    private init(_ key: String, needs need: String, _ isUsed: @escaping @Sendable (JSONValue) -> Bool) {
        (self.key, self.need, self.isUsed) = (key, need, isUsed)
    }

    /// A key that another switches on: by any value but null, false, 0, "" and an empty list.
    private init(_ key: String, needs others: String...) {
        self.init(key, needs: others.joined(separator: " or ")) { config in
            others.contains { config.at($0).isOn }
        }
    }

    /// `c.yaml:3: key: …` when the file gives the key and the configuration does not use it.
    func note(in file: ConfigFile, config: JSONValue) -> String? {
        guard file.gives(key), !isUsed(config) else { return nil }
        return "\(file.located(ConfigProblem(key, "has no effect without \(need)")))"
    }

    static let all: [IdleKey] =
        [
            IdleKey("dataset.weight", needs: "dataset.mix"),
            IdleKey("dataset.min_pass_rate", needs: "dataset.pass_rates"),
            IdleKey("dataset.max_pass_rate", needs: "dataset.pass_rates"),
            IdleKey("rollout.max_groups", needs: "rollout.wanted_groups"),
            IdleKey("rollout.groups_in_flight", needs: "rollout.wanted_groups"),
            IdleKey("optimize.pack.entropy_kappa", needs: "optimize.pack.entropy_alpha"),
            IdleKey("optimize.pack.constant_length", needs: "optimize.pack.aggregation: seq-mean-token-sum-norm") {
                $0.at("optimize.pack.aggregation") == "seq-mean-token-sum-norm"
            },
            IdleKey("optimize.greedy_run", needs: "an estimator whose baseline is greedy, for example remax") {
                $0.at("optimize.preset")?.stringValue?.hasPrefix("remax") == true
                    || $0.at("optimize.overrides.baseline") == "greedy"
            },
            IdleKey("serve.jobs_root", needs: "serve.jobs"), IdleKey("serve.max_upload_bytes", needs: "serve.jobs"),
            IdleKey("serve.tokenizer", needs: "serve.store"),
            IdleKey("serve.max_jobs_per_token", needs: "serve.jobs"),
        ] + shaping

    private static let shaping: [IdleKey] = [
        ("overlong_factor", ["overlong_limit"]), ("laser_alpha", ["laser_target", "laser_coverage"]),
        ("cosine_correct", ["cosine_limit"]), ("cosine_wrong", ["cosine_limit"]), ("kl_estimator", ["kl_beta"]),
        ("kl_target", ["kl_beta"]), ("kl_horizon", ["kl_target"]),
        (
            "lambda_threshold",
            ["overlong_limit", "kimi_weight", "laser_target", "laser_coverage", "relative_length", "relative_turns"]
        ),
    ].map { key, others in
        let others = others.map { "optimize.shaping.\($0)" }
        return IdleKey("optimize.shaping.\(key)", needs: others.joined(separator: " or ")) { config in
            others.contains { config.at($0).isOn }
        }
    }
}

extension JSONValue {
    fileprivate func at(_ dotted: String) -> JSONValue? {
        dotted.split(separator: ".").reduce(Optional(self)) { $0?[String($1)] }
    }
}

extension JSONValue? {
    fileprivate var isOn: Bool {
        switch self {
        case nil, .null, .bool(false), .string(""), .array([]): false
        case .number(let number): number.doubleValue != 0
        default: true
        }
    }
}
