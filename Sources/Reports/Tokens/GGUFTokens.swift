import Foundation

/// The vocabulary in the head of a GGUF model (versions 2 and 3, little-endian): the keys `tokenizer.ggml.tokens` and
/// `tokenizer.ggml.model`. The format is described in ggml's docs/gguf.md.
struct GGUFTokens {
    // A head with more keys or longer texts than this is no model's.
    private static let keyLimit: UInt64 = 10_000
    private static let textLimit: UInt64 = 1 << 24

    private let data: Data
    private var position = 0

    init(_ data: Data) { self.data = data }

    func tokens() throws(VocabularyProblem) -> (pieces: [(id: Int32, text: String)], spelling: Vocabulary.Spelling) {
        var reader = self
        return try reader.read()
    }

    private mutating func read() throws(VocabularyProblem) -> (
        pieces: [(id: Int32, text: String)], spelling: Vocabulary.Spelling
    ) {
        position = 4
        let version: UInt32 = try number()
        guard version == 2 || version == 3 else { throw VocabularyProblem("is GGUF version \(version), not 2 or 3") }
        let _: UInt64 = try number()
        let keys: UInt64 = try number()
        guard keys <= Self.keyLimit else { throw VocabularyProblem("is a damaged GGUF file") }
        var pieces: [(id: Int32, text: String)]?
        var model: String?
        for _ in 0..<keys {
            let key = try text()
            let type: UInt32 = try number()
            switch (key, type) {
            case ("tokenizer.ggml.model", 8): model = try text()
            case ("tokenizer.ggml.tokens", 9): pieces = try list()
            default: try skip(type)
            }
            if let pieces, let model { return (pieces, model == "gpt2" ? .byteLevel : .metaspace) }
        }
        throw VocabularyProblem("is a GGUF file without a vocabulary")
    }

    private mutating func list() throws(VocabularyProblem) -> [(id: Int32, text: String)] {
        let type: UInt32 = try number()
        let count: UInt64 = try number()
        guard type == 8, count <= 1 << 24 else { throw VocabularyProblem("has tokens that are not texts") }
        var pieces: [(id: Int32, text: String)] = []
        for id in 0..<Int32(count) { pieces.append((id, try text())) }
        return pieces
    }

    private mutating func skip(_ type: UInt32) throws(VocabularyProblem) {
        switch type {
        case 0, 1, 7: try advance(1)
        case 2, 3: try advance(2)
        case 4, 5, 6: try advance(4)
        case 10, 11, 12: try advance(8)
        case 8: _ = try text()
        case 9:
            let element: UInt32 = try number()
            let count: UInt64 = try number()
            guard element != 9, count <= 1 << 28 else { throw VocabularyProblem("is a damaged GGUF file") }
            for _ in 0..<count { try skip(element) }
        default: throw VocabularyProblem("has a GGUF value of unknown type \(type)")
        }
    }

    private mutating func text() throws(VocabularyProblem) -> String {
        let count: UInt64 = try number()
        guard count <= Self.textLimit, position + Int(count) <= data.count else {
            throw VocabularyProblem("is a damaged GGUF file")
        }
        defer { position += Int(count) }
        let start = data.startIndex + position
        return String(decoding: data[start..<start + Int(count)], as: UTF8.self)
    }

    private mutating func number<Value: FixedWidthInteger>() throws(VocabularyProblem) -> Value {
        let size = MemoryLayout<Value>.size
        guard position + size <= data.count else { throw VocabularyProblem("ends in the middle of its head") }
        defer { position += size }
        var value = Value.zero
        for index in 0..<size { value |= Value(data[data.startIndex + position + index]) << (8 * index) }
        return value
    }

    private mutating func advance(_ count: Int) throws(VocabularyProblem) {
        guard position + count <= data.count else { throw VocabularyProblem("ends in the middle of its head") }
        position += count
    }
}
