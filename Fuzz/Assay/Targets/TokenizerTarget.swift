import Foundation
import Reports

/// Files of tokenizers: `tokenizer.json` and GGUF.
final class TokenizerTarget: FuzzTarget {
    private let seeds: [FuzzInput]
    private let mutator: Mutator
    private let path: String

    init(_ context: FuzzContext) {
        seeds = context.corpus["tokenizers"]
        mutator = Mutator(seeds)
        path = context.folder + "/tokenizer"
    }

    func input(at place: FuzzPlace) -> FuzzInput {
        if place.index < seeds.count { return seeds[Int(place.index)] }
        var random = place.random("tokenizers")
        if seeds.isEmpty || random.oneIn(4) { return FuzzInput([.init("file", Self.gguf(&random))]) }
        let file = random.pick(seeds)["file"] ?? []
        return FuzzInput([.init("file", mutator.changedPart(file, &random))])
    }

    /// A GGUF header whose counts and lengths are mostly small, and sometimes beyond everything.
    private static func gguf(_ random: inout FuzzRandom) -> [UInt8] {
        func count(_ random: inout FuzzRandom, _ usual: UInt64) -> UInt64 {
            random.oneIn(8) ? random.pick([0, .max, 1 << 63, 1 << 32, 1 << 62]) : usual
        }
        var bytes = Array("GGUF".utf8)
        func append(_ value: some FixedWidthInteger) { withUnsafeBytes(of: value.littleEndian) { bytes += $0 } }
        func append(_ text: String, _ random: inout FuzzRandom) {
            append(count(&random, UInt64(text.utf8.count)))
            bytes += Array(text.utf8)
        }
        append(UInt32(random.oneIn(10) ? 0 : 3))
        append(count(&random, 0))
        append(count(&random, 2))
        append("tokenizer.ggml.model", &random)
        append(UInt32(8))
        append("gpt2", &random)
        append("tokenizer.ggml.tokens", &random)
        append(UInt32(random.oneIn(8) ? random.below(14) : 9))
        append(UInt32(random.oneIn(8) ? random.below(14) : 8))
        append(count(&random, 3))
        for token in ["a", "Ġb", "<0x0A>"] { append(token, &random) }
        return bytes
    }

    func run(_ input: FuzzInput) async throws {
        try Data(input["file"] ?? []).write(to: URL(fileURLWithPath: path))
        guard let vocabulary = try? Vocabulary(path: path) else { return }
        _ = vocabulary.texts(of: [0, 1, 2, -1, .max, .min])
    }
}
