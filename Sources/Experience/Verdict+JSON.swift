public import JSON

extension Verdict {
    /// Writes the object `{outcome, score, reason, extracted, verifier, version, milliseconds}`, with `explanation`,
    /// `components` and `details` where there are any, and the fingerprint of the verifier's `options` where it is given.
    public func write(to writer: inout JSONWriter, verifier: String, version: String, options: String? = nil) {
        writer.object { writer in
            writer.key("outcome")
            writer.string(outcome.rawValue)
            writer.key("score")
            writer.double(score)
            writer.key("reason")
            writer.string(reason)
            writer.key("extracted")
            writer.string(extracted)
            writer.key("verifier")
            writer.string(verifier)
            writer.key("version")
            writer.string(version)
            if let options {
                writer.key("options")
                writer.string(options)
            }
            writer.key("milliseconds")
            writer.double((milliseconds * 1000).rounded() / 1000)
            if let explanation {
                writer.key("explanation")
                writer.string(explanation)
            }
            if !components.isEmpty {
                writer.key("components")
                writer.value(Self.json(components))
            }
            if let details {
                writer.key("details")
                writer.value(details)
            }
        }
    }

    /// Components as a JSON object, by name.
    public static func json(_ components: [String: Double?]) -> JSONValue {
        .object(
            components.sorted { $0.key < $1.key }.map { .init($0.key, $0.value.map(JSONValue.double) ?? .null) })
    }

    /// Reads the object that `write` makes; nil when it is not one.
    public init?(_ json: JSONValue) {
        guard let outcome = json["outcome"]?.stringValue.flatMap(Outcome.init(rawValue:)),
            let reason = json["reason"]?.stringValue
        else { return nil }
        self.init(
            outcome: outcome, score: json["score"]?.doubleValue, reason: reason,
            extracted: json["extracted"]?.stringValue, explanation: json["explanation"]?.stringValue)
        for member in json["components"]?.objectValue ?? [] { components[member.key] = member.value.doubleValue }
        details = json["details"]
        milliseconds = json["milliseconds"]?.doubleValue ?? 0
    }
}
