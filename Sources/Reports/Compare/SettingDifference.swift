import Experience
public import JSON

/// A key of two or more runs' configurations that is not the same in all.
public struct SettingDifference: Codable, Sendable, Hashable {
    /// The key's path, as in "sampling.temperature".
    public var key: String
    /// Each run's value as JSON; nil where it has none.
    public var values: [String?]
    /// Why the runs' figures can differ by this alone; nil where it cannot be said.
    public var warning: String?

    // What says where a run was made, and not how.
    private static let ignored = ["name", "store", "report", "serve", "rollout.endpoints", "rollout.concurrency"]
    private static let most = 60

    // What figures depend on that are to be compared.
    private static let warnings: [(key: String, words: String)] = [
        ("verify.", "the runs are judged by different rules"),
        ("sampling.n", "different numbers of samples a problem: pass@k ends at the smaller"),
        ("sampling.max_tokens", "different token budgets: one run cuts off what the other lets end"),
        ("sampling.", "different sampling"), ("dataset.template", "different prompt templates"),
        ("dataset.system", "different system prompts"),
        ("dataset.chat", "one run is sampled with a chat template, one without"),
        ("dataset.prompt_field", "different prompts"),
        ("dataset.path", "different data: only common problems are compared"),
        ("dataset.", "different data"),
    ]

    /// What differs between configurations, in the order of keys.
    public static func all(_ configs: [JSONValue]) -> [SettingDifference] {
        let flat = configs.map { config in
            var values: [String: String] = [:]
            flatten(config, "", &values)
            return values
        }
        let keys = Set(flat.flatMap(\.keys)).filter { key in
            !ignored.contains { key == $0 || key.hasPrefix($0 + ".") } && Set(flat.map { $0[key] }).count > 1
        }.sorted()
        return keys.prefix(most).map { key in
            SettingDifference(
                key: key, values: flat.map { $0[key]?.cut(to: 200) },
                warning: warnings.first { key == $0.key || $0.key.hasSuffix(".") && key.hasPrefix($0.key) }?.words)
        }
    }

    private static func flatten(_ value: JSONValue, _ path: String, _ values: inout [String: String], depth: Int = 8) {
        if values.count > 4000 { return }
        guard depth > 0, case .object(let members) = value, !members.isEmpty else {
            values[path] = value.stringValue ?? value.text
            return
        }
        for member in members {
            flatten(member.value, path.isEmpty ? member.key : path + "." + member.key, &values, depth: depth - 1)
        }
    }
}
