import Foundation
import JSON

/// Hugging Face's `tokenizer.json`: `model.vocab` (an object of ids, or for Unigram a list of pairs), `added_tokens`, and
/// the decoder that tells how pieces are spelt.
struct TokenizerJSON {
    private let data: Data

    init(_ data: Data) { self.data = data }

    func tokens() throws(VocabularyProblem) -> (pieces: [(id: Int32, text: String)], spelling: Vocabulary.Spelling) {
        guard let root = try? JSONValue(parsing: Array(data)) else { throw VocabularyProblem("is not JSON") }
        guard let vocabulary = root["model"]?["vocab"] else { throw VocabularyProblem("has no model.vocab") }
        var pieces: [(id: Int32, text: String)] = []
        for member in vocabulary.objectValue ?? [] {
            if let id = member.value.intValue.flatMap({ Int32(exactly: $0) }) { pieces.append((id, member.key)) }
        }
        for (id, pair) in (vocabulary.arrayValue ?? []).enumerated() {
            if let text = pair.arrayValue?.first?.stringValue { pieces.append((Int32(clamping: id), text)) }
        }
        for token in root["added_tokens"]?.arrayValue ?? [] {
            if let id = token["id"]?.intValue.flatMap({ Int32(exactly: $0) }), let text = token["content"]?.stringValue
            {
                pieces.append((id, text))
            }
        }
        if pieces.isEmpty { throw VocabularyProblem("has no tokens in model.vocab") }
        let isByteLevel = Self.says("ByteLevel", root["decoder"]) || Self.says("ByteLevel", root["pre_tokenizer"])
        return (pieces, isByteLevel ? .byteLevel : .metaspace)
    }

    // A decoder or pre-tokenizer of this type, alone or within a sequence.
    private static func says(_ type: String, _ value: JSONValue?) -> Bool {
        if value?["type"]?.stringValue == type { return true }
        let parts = value?["decoders"]?.arrayValue ?? value?["pretokenizers"]?.arrayValue ?? []
        return parts.contains { $0["type"]?.stringValue == type }
    }
}
