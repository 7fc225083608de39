public import Experience
import JSON

/// A logic grid (zebra puzzle): the gold answer and the response are JSON objects, for example
/// {"House 1": {"Name": "Ann", "Drink": "tea"}}. Correct when every gold cell is right; the score is the share that is.
public struct ZebraVerifier: Verifier {
    /// The registered name.
    public let name = "zebra"
    /// Raised when a verdict could change.
    public let version = "1"

    /// A verifier.
    public init() {}

    /// Adds it as "zebra".
    public static func register(in registry: inout VerifierRegistry) {
        registry.register("zebra", summary: "a logic grid as a JSON object, cell by cell") { _ in ZebraVerifier() }
    }

    /// Judges one completion; see the type for the rules.
    public func verify(_ item: VerificationItem) async -> Verdict {
        let gold = item.problem.answer.flatMap { try? JSONValue(parsing: $0.utf8) }.map(Self.cells) ?? [:]
        if gold.isEmpty {
            return .verifierError(reason: "unparsedGold", explanation: "the gold answer is not a JSON object")
        }
        guard let text = SettledText.of(item.completion.text), !text.isEmpty else { return .noAnswer() }
        guard let start = text.firstIndex(of: "{"), let end = text.lastIndex(of: "}"), start < end,
            let json = try? JSONValue(parsing: text[start...end].utf8, maxDepth: 8)
        else { return .incorrect(reason: "invalid", explanation: "no JSON object in the answer") }
        let given = Self.cells(json)
        let right = gold.count { given[$0.key] == $0.value }
        let score = Double(right) / Double(gold.count)
        return right == gold.count
            ? .correct(score: score, reason: "solved")
            : .incorrect(score: score, reason: "cells", explanation: "\(right) of \(gold.count) cells are right")
    }

    /// Paths to normalised texts.
    private static func cells(_ json: JSONValue) -> [String: [String]] {
        var cells: [String: [String]] = [:]
        for house in json.objectValue ?? [] {
            let key = Words.of(house.key).joined(separator: " ")
            guard let attributes = house.value.objectValue else {
                cells[key] = Words.of(house.value.stringValue ?? house.value.text)
                continue
            }
            for attribute in attributes {
                cells[key + "/" + Words.of(attribute.key).joined(separator: " ")] =
                    Words.of(attribute.value.stringValue ?? attribute.value.text)
            }
        }
        return cells
    }
}
