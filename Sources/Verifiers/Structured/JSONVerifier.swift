public import Experience
import JSON

/// A response that is JSON: valid, of a schema, or equal in its fields to the gold object.
///
/// The document is the settled answer, or the last fenced block in it. Components: `valid`, `schema`, `fields` (the share
/// of the gold object's members that are equal). The score is `fields` where there is a gold object.
public struct JSONVerifier: Verifier {
    /// The registered name.
    public let name = "json"
    /// Raised when a verdict could change.
    public let version = "1"
    /// Without gold the schema, or mere validity, counts.
    public var needsAnswer: Bool { false }
    private let schema: JSONSchema?
    private let schemaField: String
    private static let maxBytes = 1 << 20

    /// A verifier with a schema for all items; a record's own under `schemaField` comes first.
    init(schema: JSONSchema? = nil, schemaField: String = "schema") {
        self.schema = schema
        self.schemaField = schemaField
    }

    /// Adds it as "json".
    public static func register(in registry: inout VerifierRegistry) {
        registry.register(
            "json", summary: "JSON: valid, of a schema, equal to the gold object by fields",
            options: [
                ("schema", "a JSON Schema for all items"), ("schema_field", "the record's field with its own (schema)"),
            ]
        ) { options in
            do {
                return JSONVerifier(
                    schema: try options["schema"].map { try JSONSchema($0) },
                    schemaField: try OptionsReader(options).string("schema_field") ?? "schema")
            } catch let error as JSONSchema.Problem {
                throw VerifierOptionsError(key: "schema", "\(error)")
            }
        }
    }

    /// Judges one completion; see the type for the rules.
    public func verify(_ item: VerificationItem) async -> Verdict {
        var schema = schema
        do {
            if let own = item.problem.fields[schemaField] { schema = try JSONSchema(own) }
        } catch {
            return .verifierError(reason: "badSchema", explanation: "\(error)")
        }
        var gold: JSONValue?
        if let answer = item.problem.answer {
            gold = try? JSONValue(parsing: answer.utf8)
            if gold == nil {
                return .verifierError(
                    reason: "unparsedGold", explanation: "the gold answer is not JSON: \(answer.prefix(200))")
            }
        }
        guard let text = SettledText.of(item.completion.text), !text.isEmpty else { return .noAnswer() }
        if text.utf8.count > Self.maxBytes { return .incorrect(reason: "budget") }
        let value: JSONValue
        do {
            value = try JSONValue(parsing: (FencedBlock.last(in: text) ?? text).utf8, maxDepth: 64)
        } catch {
            var verdict = Verdict.incorrect(reason: "invalid", explanation: "\(error)")
            verdict.components = ["valid": 0]
            return verdict
        }
        var components: [String: Double?] = ["valid": 1]
        if let problem = schema?.violation(in: value) {
            components["schema"] = 0
            var verdict = Verdict.incorrect(reason: "schema", explanation: problem)
            verdict.components = components
            return verdict
        }
        if schema != nil { components["schema"] = 1 }
        guard let gold else {
            var verdict = Verdict.correct(reason: schema == nil ? "valid" : "schema")
            verdict.components = components
            return verdict
        }
        let share = Self.share(of: gold, in: value)
        components["fields"] = share
        var verdict: Verdict =
            JSONSchema.same(gold, value) ? .correct(score: share) : .incorrect(score: min(share, 1), reason: "fields")
        verdict.components = components
        return verdict
    }

    /// The share of the gold object's members that are equal; superfluous members count against it.
    private static func share(of gold: JSONValue, in value: JSONValue) -> Double {
        guard let wanted = gold.objectValue, !wanted.isEmpty, let given = value.objectValue else {
            return JSONSchema.same(gold, value) ? 1 : 0
        }
        let equal = wanted.count { member in value[member.key].map { JSONSchema.same(member.value, $0) } ?? false }
        return Double(equal) / Double(max(wanted.count, given.count))
    }
}
