public import Experience
import JSON
import Numbers

/// The 25 instruction checks of IFEval (Zhou et al. 2023, arXiv 2311.07911), over its own record format:
/// `instruction_id_list` and `kwargs`, a list of objects as long.
///
/// Correct when every instruction is followed; the score is the share that is, or 1 and 0 with `strict`. Each
/// instruction is a component. Sentences are counted by their end marks, language by script and frequent words, so that
/// counts can differ from NLTK's and langdetect's at the margin; a text without letters is in no language. The others give
/// the published code's verdicts (scripts/ifeval_side_by_side.py).
public struct IFEvalVerifier: Verifier {
    /// The registered name.
    public let name = "ifeval"
    /// Raised when a verdict could change.
    public let version = "2"
    /// The record has what is needed.
    public var needsAnswer: Bool { false }
    private let isStrict: Bool
    private let isLoose: Bool

    /// With `isStrict` the score is all or nothing; with `isLoose` a response also passes without its first or last
    /// line, or its asterisks (the paper's loose accuracy).
    public init(isStrict: Bool = false, isLoose: Bool = false) {
        self.isStrict = isStrict
        self.isLoose = isLoose
    }

    /// Adds it as "ifeval".
    public static func register(in registry: inout VerifierRegistry) {
        registry.register(
            "ifeval", summary: "IFEval's 25 instruction checks, from the record's instruction_id_list and kwargs",
            options: [
                ("strict", "score all or nothing (false)"),
                ("loose", "forgive a first or last line and asterisks (false)"),
            ]
        ) { options in
            let reader = OptionsReader(options)
            return IFEvalVerifier(
                isStrict: try reader.bool("strict", default: false), isLoose: try reader.bool("loose", default: false))
        }
    }

    /// Judges one completion; see the type for the rules.
    public func verify(_ item: VerificationItem) async -> Verdict {
        let fields = item.problem.fields
        let names = fields["instruction_id_list"]?.arrayValue?.compactMap(\.stringValue) ?? []
        let arguments = fields["kwargs"]?.arrayValue ?? []
        guard !names.isEmpty, arguments.count == names.count else {
            return .missing("'instruction_id_list' with 'kwargs' of the same length")
        }
        var text = item.completion.text[...]
        if let end = text.lastOccurrence(of: "</think>") { text = text[end.upperBound...] }
        let response = String(text)
        if response.utf8.count > 1 << 18 { return .incorrect(reason: "budget") }
        if response.trimmed.isEmpty { return .noAnswer() }
        let variants = isLoose ? Self.looseVariants(of: response) : [response]
        var components: [String: Double?] = [:]
        var broken: [String] = []
        for (index, (name, argument)) in zip(names, arguments).enumerated() {
            var isFollowed = false
            for variant in variants where !isFollowed && !variant.trimmed.isEmpty {
                do {
                    isFollowed = try IFEvalCheck.isFollowed(
                        name, by: IFEvalResponse(variant), IFEvalArguments(argument))
                } catch {
                    return .verifierError(reason: "badInstruction", explanation: "\(name): \(error)")
                }
            }
            let key = components[name] == nil ? name : "\(name) \(index + 1)"
            components[key] = isFollowed ? 1 : 0
            if !isFollowed { broken.append(key) }
        }
        let share = 1 - Double(broken.count) / Double(names.count)
        var verdict: Verdict =
            broken.isEmpty
            ? .correct(reason: "followed")
            : .incorrect(
                score: isStrict ? 0 : share, reason: "notFollowed", explanation: broken.joined(separator: ", "))
        verdict.components = components
        return verdict
    }

    private static func looseVariants(of text: String) -> [String] {
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        let cut = [lines[...], lines.dropFirst(), lines.dropLast(), lines.dropFirst().dropLast()]
        let plain = cut.map { $0.joined(separator: "\n") }
        return plain + plain.map { $0.filter { $0 != "*" } }
    }
}

/// The arguments of one instruction; a missing one is an error of the record.
struct IFEvalArguments {
    private let json: JSONValue

    init(_ json: JSONValue) { self.json = json }

    func text(_ key: String) throws -> String {
        guard let value = json[key]?.stringValue else { throw ReplyError("kwargs have no text '\(key)'") }
        return value
    }

    func int(_ key: String) throws -> Int {
        guard let value = json[key]?.doubleValue, abs(value) < 1e9 else {
            throw ReplyError("kwargs have no number '\(key)'")
        }
        return Int(clamping: value, .towardZero)
    }

    func texts(_ key: String) throws -> [String] {
        guard let values = json[key]?.arrayValue?.compactMap(\.stringValue) else {
            throw ReplyError("kwargs have no list '\(key)'")
        }
        return values
    }

    /// Whether `count` is in the relation that `relationKey` names to the number `key`.
    func allows(_ count: Int, _ key: String, _ relationKey: String) throws -> Bool {
        let limit = try int(key)
        switch try text(relationKey) {
        case "at least": return count >= limit
        case "less than": return count < limit
        case let other: throw ReplyError("unknown relation '\(other)'")
        }
    }
}
