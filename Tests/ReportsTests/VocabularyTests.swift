import Foundation
import JSON
import Reports
import Testing

@Suite struct VocabularyTests {
    private static func file(_ bytes: [UInt8], _ name: String = "tokenizer.json") throws -> String {
        let folder = NSTemporaryDirectory() + "assay-vocabulary-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        try Data(bytes).write(to: URL(fileURLWithPath: folder + "/" + name))
        return folder + "/" + name
    }

    private static func gguf(
        model: String, _ tokens: [String], keys: UInt64 = 4, type: UInt32 = 8, count: UInt64? = nil
    ) -> [UInt8] {
        var bytes = Array("GGUF".utf8)
        func add(_ value: some FixedWidthInteger) { withUnsafeBytes(of: value.littleEndian) { bytes += $0 } }
        func add(_ text: String) {
            add(UInt64(text.utf8.count))
            bytes += text.utf8
        }
        add(UInt32(3))
        add(UInt64(0))
        add(keys)
        add("general.file_type")
        add(UInt32(4))
        add(UInt32(7))
        add("tokenizer.ggml.scores")
        add(UInt32(9))
        add(UInt32(6))
        add(UInt64(2))
        add(UInt64(0))
        add("tokenizer.ggml.tokens")
        add(UInt32(9))
        add(type)
        add(count ?? UInt64(tokens.count))
        for token in tokens { add(token) }
        add("tokenizer.ggml.model")
        add(UInt32(8))
        add(model)
        return bytes
    }

    @Test func byteLevelPiecesAreBytes() throws {
        let json: JSONValue = [
            "model": ["type": "BPE", "vocab": ["Hello": 0, "Ġworld": 1, "Ċ": 2, "Ã": 3, "©": 4]],
            "decoder": ["type": "ByteLevel"], "added_tokens": [["id": 9, "content": "<|im_end|>"]],
        ]
        let path = try Self.file(json.bytes)
        let vocabulary = try Vocabulary(path: path)
        #expect(vocabulary.size == 10)
        #expect(vocabulary.texts(of: [0, 1, 2, 9]) == ["Hello", " world", "\n", "<|im_end|>"])
        // One character in two tokens belongs to the last of them.
        #expect(vocabulary.texts(of: [0, 3, 4, 1]) == ["Hello", "", "é", " world"])
        #expect(vocabulary.texts(of: [0, 77, 1]) == ["Hello", nil, " world"])
        #expect(try Vocabulary(path: (path as NSString).deletingLastPathComponent).size == 10)
    }

    @Test func sentencePiecesHaveSpacesAndBytes() throws {
        let json: JSONValue = [
            "model": ["type": "Unigram", "vocab": [["<unk>", 0], ["▁the", -1.5], ["<0x0A>", -2], ["x", -3]]],
            "decoder": ["type": "Sequence", "decoders": [["type": "Replace"]]],
        ]
        #expect(try Vocabulary(path: Self.file(json.bytes)).texts(of: [1, 2, 3]) == [" the", "\n", "x"])
    }

    @Test func aModelFileHoldsItsVocabulary() throws {
        let bytes = Self.gguf(model: "gpt2", ["a", "Ġb"])
        #expect(try Vocabulary(path: Self.file(bytes, "m.gguf")).texts(of: [0, 1]) == ["a", " b"])
        let llama = Self.gguf(model: "llama", ["▁a", "<0x41>"])
        #expect(try Vocabulary(path: Self.file(llama, "m.gguf")).texts(of: [0, 1]) == [" a", "A"])
        let many = Self.gguf(model: "gpt2", ["a"], keys: 10_000)
        #expect(try Vocabulary(path: Self.file(many, "m.gguf")).texts(of: [0]) == ["a"])
    }

    @Test func whatIsNoTokenizerIsRefusedWithAReason() throws {
        let cases: [([UInt8], String)] = [
            (Array("[".utf8), "is not JSON"), (Array("{}".utf8), "no model.vocab"),
            (Array("{\"model\":{\"vocab\":{}}}".utf8), "no tokens"), (Array("GGUF".utf8), "ends in the middle"),
            (Array("GGUF\u{9}\u{0}\u{0}\u{0}".utf8), "version 9"),
            (Array(Self.gguf(model: "gpt2", ["a", "b"]).dropLast(20)), "GGUF"),
            (Self.gguf(model: "gpt2", ["a"], keys: 10_001), "is a damaged GGUF file"),
            (Self.gguf(model: "gpt2", ["a"], type: 9), "has tokens that are not texts"),
            (Self.gguf(model: "gpt2", ["a"], count: 1 << 24 + 1), "has tokens that are not texts"),
        ]
        for (bytes, reason) in cases {
            let path = try Self.file(bytes)
            let error = #expect(throws: VocabularyError.self) { try Vocabulary(path: path) }
            #expect(error?.description.contains(reason) == true, "\(error?.description ?? "")")
        }
        #expect(throws: VocabularyError.self) { try Vocabulary(path: "/nowhere") }
        #expect(throws: VocabularyError.self) { try Vocabulary(path: "/dev/zero") }
    }

    @Test func everyTruncationEndsInAnErrorOrAVocabulary() throws {
        let bytes = Self.gguf(model: "gpt2", ["a", "b", "c"])
        for count in 0..<bytes.count {
            let path = try Self.file(Array(bytes.prefix(count)), "m.gguf")
            #expect(throws: VocabularyError.self) { try Vocabulary(path: path) }
        }
    }
}
