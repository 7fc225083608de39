import Foundation
import JSON
import Testing

/// Random documents and random damage, compared with Foundation's parser.
@Suite struct JSONFuzzTests {
    private struct Generator {
        var random: SplitMix

        mutating func value(_ depth: Int) -> String {
            switch Int.random(in: 0..<(depth > 4 ? 5 : 7), using: &random) {
            case 0: return ["null", "true", "false"].randomElement(using: &random) ?? "null"
            case 1, 2: return number()
            case 3, 4: return string()
            case 5:
                let count = Int.random(in: 0..<5, using: &random)
                return "[" + (0..<count).map { _ in space() + value(depth + 1) + space() }.joined(separator: ",") + "]"
            default:
                let count = Int.random(in: 0..<5, using: &random)
                let members = (0..<count).map { "\"k\($0)\"\(space()):\(space())\(value(depth + 1))" }
                return "{" + members.joined(separator: ",") + space() + "}"
            }
        }

        mutating func space() -> String { ["", "", " ", "\n\t", "\r\n"].randomElement(using: &random) ?? "" }

        mutating func number() -> String {
            let bits = Double(bitPattern: random.next())
            switch Int.random(in: 0..<4, using: &random) {
            case 0: return "\(Int.random(in: -1000...1000, using: &random))"
            case 1: return bits.isFinite ? "\(bits)" : "-0.0"
            case 2: return "-\(Double(Float.random(in: 0...20, using: &random)))"
            default: return "\(Int.random(in: 0...99, using: &random))E\(Int.random(in: -30...30, using: &random))"
            }
        }

        mutating func string() -> String {
            let pieces = ["a", "Ω", "🙂", "\\n", "\\\"", "\\\\", "\\u00e9", "\\ud83d\\ude00", "\\/", "0", " "]
            let count = Int.random(in: 0..<8, using: &random)
            return "\"" + (0..<count).map { _ in pieces.randomElement(using: &random) ?? "" }.joined() + "\""
        }
    }

    @Test func randomDocumentsReadAsFoundationReadsThem() throws {
        var generator = Generator(random: SplitMix(state: 7))
        for _ in 0..<2000 {
            let text = generator.value(0)
            let ours = try JSONValue(parsing: text.utf8)
            let theirs = try JSONSerialization.jsonObject(with: Data(text.utf8), options: .fragmentsAllowed)
            #expect(matches(ours, theirs), "\(text)")
            let again = try JSONValue(parsing: ours.bytes)
            #expect(again == ours, "\(text)")
        }
    }

    /// Damaged documents: never a crash, and what we accept Foundation accepts with the same meaning.
    @Test func damagedDocumentsAreJudgedAsByFoundation() throws {
        var generator = Generator(random: SplitMix(state: 11))
        var accepted = 0
        for _ in 0..<4000 {
            var bytes = Array(generator.value(0).utf8)
            for _ in 0..<Int.random(in: 1...3, using: &generator.random) where !bytes.isEmpty {
                let index = Int.random(in: 0..<bytes.count, using: &generator.random)
                switch Int.random(in: 0..<3, using: &generator.random) {
                case 0: bytes[index] = UInt8.random(in: 0...255, using: &generator.random)
                case 1: bytes.remove(at: index)
                default: bytes.insert(bytes[Int.random(in: 0..<bytes.count, using: &generator.random)], at: index)
                }
            }
            let theirs = try? JSONSerialization.jsonObject(with: Data(bytes), options: .fragmentsAllowed)
            let ours = try? JSONValue(parsing: bytes)
            if let ours {
                accepted += 1
                // Foundation alone refuses what is fine by RFC 8259: lone surrogates, numbers beyond Double.
                if let theirs { #expect(matches(ours, theirs), "\(String(decoding: bytes, as: UTF8.self))") }
            }
            // Foundation takes a zero among the first bytes for UTF-16 or UTF-32, which JSON on the wire is not.
            if theirs != nil, ours == nil, !bytes.prefix(4).contains(where: { $0 == 0 || $0 >= 0xEF }) {
                Issue.record("only Foundation accepts \(bytes)")
            }
        }
        #expect(accepted > 100)
    }

    @Test func skippingAcceptsWhatReadingAccepts() throws {
        var random = SplitMix(state: 3)
        let alphabet = Array("[]{}:,\"\\u0123456789eE+-. truefalsn\u{1}".utf8)
        for _ in 0..<20_000 {
            let count = Int.random(in: 0..<12, using: &random)
            let bytes = (0..<count).map { _ in alphabet.randomElement(using: &random) ?? 0 }
            let read = (try? JSONValue(parsing: bytes)) != nil
            let skipped = (try? JSONCursor.read(bytes) { try $0.skip() }) != nil
            #expect(read == skipped, "\(String(decoding: bytes, as: UTF8.self))")
        }
    }

    @Test func decimalsOfEveryLengthAreCorrectlyRounded() throws {
        var random = SplitMix(state: 5)
        for _ in 0..<50_000 {
            let digits = Int.random(in: 1...22, using: &random)
            var text = (0..<digits).map { _ in "\(Int.random(in: 0...9, using: &random))" }.joined()
            while text.count > 1, text.hasPrefix("0") { text.removeFirst() }
            let point = Int.random(in: 1...text.count, using: &random)
            if point < text.count { text.insert(".", at: text.index(text.startIndex, offsetBy: point)) }
            if Bool.random(using: &random) { text = "-" + text }
            let value = try JSONCursor.read(Array(text.utf8)) { try $0.double() }
            #expect(value == Double(text), "\(text)")
        }
        // Halfway between two doubles, and just beside it.
        for text in ["0.5000000000000000555", "9007199254740993.0", "9007199254740993.1", "900719925474099.25"] {
            #expect(try JSONCursor.read(Array(text.utf8)) { try $0.double() } == Double(text), "\(text)")
        }
    }

    private func matches(_ ours: JSONValue, _ theirs: Any) -> Bool {
        switch ours {
        case .null: return theirs is NSNull
        case .bool(let value): return (theirs as? NSNumber)?.boolValue == value
        case .string(let value): return theirs as? String == value
        case .number(let value):
            guard let number = theirs as? NSNumber else { return false }
            let difference = abs(number.doubleValue - value.doubleValue)
            return difference <= abs(value.doubleValue) * 1e-12 || number.doubleValue == value.doubleValue
        case .array(let elements):
            guard let list = theirs as? [Any], list.count == elements.count else { return false }
            return zip(elements, list).allSatisfy { matches($0, $1) }
        case .object(let members):
            guard let table = theirs as? [String: Any] else { return false }
            return Set(members.map(\.key)) == Set(table.keys)
                && members.allSatisfy { member in
                    // Which of two equal keys counts is not Foundation's promise.
                    members.count { $0.key == member.key } > 1
                        || table[member.key].map { matches(member.value, $0) } ?? false
                }
        }
    }
}

private struct SplitMix: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}
