public import Experience
import JSON

/// What a run was made with, as far as its figures depend on it.
public struct RunSettings: Codable, Sendable, Hashable {
    /// One value.
    public struct Entry: Codable, Sendable, Hashable {
        /// What it is, for a person.
        public var name: String
        /// Its value as it is written.
        public var value: String
    }

    /// In the order in which a page shows them.
    public var entries: [Entry] = []
    /// When the run was made, milliseconds since 1970 UTC.
    public var createdAt: Int64

    /// The value of a name; nil where there is none.
    public func value(_ name: String) -> String? { entries.first { $0.name == name }?.value }

    /// What `run` says, with the models that it was sampled from and the verifier whose verdicts count.
    public init(_ run: Run, models: [String], verifier: String?) {
        createdAt = run.createdAt
        func add(_ name: String, _ value: String?) {
            if let value, !value.isEmpty { entries.append(.init(name: name, value: value.cut(to: 200))) }
        }
        let sampling = run.config["sampling"]
        add("model", models.isEmpty ? run.config["rollout"]?["model"]?.stringValue : models.joined(separator: ", "))
        add("dataset", Self.dataset(run.config))
        add("verifier", verifier)
        for (key, name) in [
            ("n", "n"), ("temperature", "temperature"), ("top_p", "top-p"), ("max_tokens", "max tokens"),
        ] {
            add(name, sampling?[key]?.text)
        }
        add("template", run.config["dataset"]?["template"]?.stringValue)
        add("estimator", run.config["optimize"]?["preset"]?.stringValue)
        add("seed", String(run.seed))
    }

    // The file's name, or of a mixture each one's.
    private static func dataset(_ config: JSONValue) -> String? {
        guard let dataset = config["dataset"] else { return nil }
        func name(_ value: JSONValue) -> String? {
            if let name = value["name"]?.stringValue, !name.isEmpty { return name }
            return value["path"]?.stringValue.map { String($0.split(separator: "/").last ?? "") }
        }
        let mixed = dataset["mix"]?.arrayValue?.compactMap(name).filter { !$0.isEmpty } ?? []
        return mixed.isEmpty ? name(dataset) : mixed.joined(separator: ", ")
    }
}
