public import Experience
import Foundation
import JSON

/// The bytes that token ids stand for, read from the tokenizer's own file: stores hold ids and never re-encoded text.
public struct Vocabulary: Sendable {
    /// How a piece is written in the file.
    enum Spelling: Sendable {
        /// GPT-2's alphabet: one printable character per byte.
        case byteLevel
        /// SentencePiece: "▁" for a space, "<0x0A>" for a byte.
        case metaspace
    }

    /// Larger files are models without a vocabulary in front, or not tokenizers at all.
    private static let pieceLimit = 4 << 20
    private static let jsonLimit = 256 << 20

    private let pieces: [Int32: [UInt8]]

    /// One more than the largest id: the number of candidates that a distribution is over.
    public let size: Int

    /// Reads a `tokenizer.json` (Hugging Face), a folder that holds one, or a GGUF model; throws `VocabularyError`.
    public init(path: String) throws {
        var path = path
        var isFolder: ObjCBool = false
        if FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), isFolder.boolValue {
            path += "/tokenizer.json"
        }
        guard (try? FileManager.default.attributesOfItem(atPath: path)[.type] as? FileAttributeType) == .typeRegular
        else {
            throw VocabularyError(path: path, message: "is no file")
        }
        let data: Data
        do {
            data = try Data(contentsOf: URL(fileURLWithPath: path), options: .alwaysMapped)
        } catch {
            throw VocabularyError(path: path, message: "cannot be read")
        }
        do throws(VocabularyProblem) {
            if data.starts(with: "GGUF".utf8) {
                self.init(try GGUFTokens(data).tokens())
            } else if data.count <= Self.jsonLimit {
                self.init(try TokenizerJSON(data).tokens())
            } else {
                throw VocabularyProblem("is neither a GGUF file nor a tokenizer.json of a sensible size")
            }
        } catch {
            throw VocabularyError(path: path, message: error.message)
        }
    }

    /// Pieces by id as the file writes them.
    init(_ tokens: (pieces: [(id: Int32, text: String)], spelling: Spelling)) {
        var pieces: [Int32: [UInt8]] = [:]
        pieces.reserveCapacity(min(tokens.pieces.count, Self.pieceLimit))
        for (id, text) in tokens.pieces.prefix(Self.pieceLimit) {
            pieces[id] = tokens.spelling == .byteLevel ? Self.byteLevel(text) : Self.metaspace(text)
        }
        self.pieces = pieces
        size = Int(pieces.keys.max() ?? -1) + 1
    }

    /// The bytes of a token; nil for an unknown id. They need not be whole characters.
    public func bytes(of id: Int32) -> [UInt8]? { pieces[id] }

    /// The text of a token by itself, with a replacement character for part of one; nil for an unknown id.
    public func text(of id: Int32) -> String? { pieces[id].map { String(decoding: $0, as: UTF8.self) } }

    /// The text of each token in a sequence; a character that is split over several belongs to its last token. Tokens
    /// whose id is unknown are nil.
    public func texts(of ids_T: [Int32]) -> [String?] {
        var pending: [UInt8] = []
        return ids_T.map { id in
            guard let bytes = pieces[id] else {
                pending = []
                return nil
            }
            let all = pending + bytes
            let whole = all.count - Self.openBytes(all)
            pending = Array(all[whole...])
            return String(decoding: all[..<whole], as: UTF8.self)
        }
    }

    /// How many bytes at the end begin a character without ending it.
    private static func openBytes(_ bytes: [UInt8]) -> Int {
        for back in 1...3 where back <= bytes.count {
            let byte = bytes[bytes.count - back]
            if byte & 0xC0 == 0x80 { continue }
            let length = byte >= 0xF0 ? 4 : byte >= 0xE0 ? 3 : byte >= 0xC0 ? 2 : 1
            return length > back ? back : 0
        }
        return 0
    }

    private static func metaspace(_ piece: String) -> [UInt8] {
        let bytes = Array(piece.utf8)
        if bytes.count == 6, piece.hasPrefix("<0x"), piece.hasSuffix(">"),
            let byte = UInt8(piece.dropFirst(3).dropLast(), radix: 16)
        {
            return [byte]
        }
        return Array(piece.replacing("\u{2581}", with: " ").utf8)
    }

    private static func byteLevel(_ piece: String) -> [UInt8] {
        var bytes: [UInt8] = []
        for scalar in piece.unicodeScalars {
            // A special token such as <|im_end|> stands for its own text.
            guard let byte = byteOfScalar[scalar] else { return Array(piece.utf8) }
            bytes.append(byte)
        }
        return bytes
    }

    // Printable bytes stand for themselves, the other 68 for the code points from 256 on (GPT-2's bytes_to_unicode).
    private static let byteOfScalar: [Unicode.Scalar: UInt8] = {
        var table: [Unicode.Scalar: UInt8] = [:]
        var next: UInt32 = 256
        for byte in UInt8.min ... .max {
            let isPrintable = (33...126).contains(byte) || (161...172).contains(byte) || byte >= 174
            if isPrintable {
                table[Unicode.Scalar(byte)] = byte
            } else if let scalar = Unicode.Scalar(next) {
                table[scalar] = byte
                next += 1
            }
        }
        return table
    }()
}

extension Vocabulary {
    /// Where a run's configuration says that its tokenizer is (`report.tokenizer`); nil where it does not.
    public static func path(of run: Run) -> String? { run.config["report"]?["tokenizer"]?.stringValue }
}

/// A tokenizer file that cannot be used.
public struct VocabularyError: Error, Sendable, CustomStringConvertible {
    /// Its path.
    public var path: String
    /// What is wrong with it.
    public var message: String

    /// `path: message`.
    public var description: String {
        "\(path): \(message); name a tokenizer.json, a folder that holds one, or a GGUF model"
    }
}

/// What is wrong with a tokenizer file, before its path is known.
struct VocabularyProblem: Error {
    var message: String

    init(_ message: String) { self.message = message }
}
