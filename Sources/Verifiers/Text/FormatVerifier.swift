public import Experience
import JSON

/// Tags in their order, each once and closed, with text inside; nothing but whitespace around them unless allowed. The
/// usual gate of R1-style training: `<think>…</think><answer>…</answer>`.
public struct FormatVerifier: Verifier {
    /// The registered name.
    public let name = "format"
    /// Raised when a verdict could change.
    public let version = "1"
    /// The form is all that counts.
    public var needsAnswer: Bool { false }
    private let tags: [String]
    private let allowsText: Bool

    /// A form of `tags`; with `allowsText` other text may stand around them.
    public init(tags: [String] = ["think", "answer"], allowsText: Bool = false) {
        self.tags = tags
        self.allowsText = allowsText
    }

    /// Adds it as "format".
    public static func register(in registry: inout VerifierRegistry) {
        registry.register(
            "format", summary: "tags in order, each once and closed: <think>…</think><answer>…</answer>",
            options: [
                ("tags", "the tags in their order ([think, answer])"),
                ("allow_text", "whether other text may stand around them (false)"),
            ]
        ) { options in
            var tags = ["think", "answer"]
            if let given = options["tags"] {
                tags = given.arrayValue?.compactMap(\.stringValue) ?? []
                if tags.isEmpty || tags.contains("") || tags.count != given.arrayValue?.count {
                    throw VerifierOptionsError(
                        key: "tags", "expected a list of names, for example [\"think\", \"answer\"]")
                }
            }
            return FormatVerifier(
                tags: tags, allowsText: try OptionsReader(options).bool("allow_text", default: false))
        }
    }

    /// Judges one completion; see the type for the rules.
    public func verify(_ item: VerificationItem) async -> Verdict {
        let text = Array(item.completion.text.utf8)
        var position = 0
        for tag in tags {
            let opening = Array("<\(tag)>".utf8)
            let closing = Array("</\(tag)>".utf8)
            let (starts, ends) = (text.ranges(of: opening), text.ranges(of: closing))
            for (mark, places) in [(opening, starts), (closing, ends)] where places.count != 1 {
                return .incorrect(
                    reason: "tagCount",
                    explanation: "\(String(decoding: mark, as: UTF8.self)) occurs \(places.count) times")
            }
            guard let start = starts.first, let end = ends.first, position <= start.lowerBound,
                start.upperBound <= end.lowerBound
            else {
                return .incorrect(reason: "tagOrder", explanation: "<\(tag)> is not where it belongs")
            }
            if !allowsText, !Self.isBlank(text[position..<start.lowerBound]) {
                return .incorrect(reason: "textOutside", explanation: "there is text before <\(tag)>")
            }
            if Self.isBlank(text[start.upperBound..<end.lowerBound]) {
                return .incorrect(reason: "emptyTag", explanation: "<\(tag)> is empty")
            }
            position = end.upperBound
        }
        if !allowsText, !Self.isBlank(text[position...]) {
            return .incorrect(reason: "textOutside", explanation: "there is text after the last tag")
        }
        return .correct(reason: "formed")
    }

    private static func isBlank(_ bytes: ArraySlice<UInt8>) -> Bool {
        bytes.allSatisfy { $0 == 0x20 || (0x09...0x0D).contains($0) }
    }
}

extension [UInt8] {
    /// All places of `needle`, which is not empty.
    fileprivate func ranges(of needle: [UInt8]) -> [Range<Int>] {
        var found: [Range<Int>] = []
        var start = 0
        while start + needle.count <= count {
            if self[start] == needle[0], self[start..<start + needle.count].elementsEqual(needle) {
                found.append(start..<start + needle.count)
            }
            start += 1
        }
        return found
    }
}
