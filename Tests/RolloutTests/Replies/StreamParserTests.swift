import Testing

@testable import Rollout

@Suite struct StreamParserTests {
    private func documents(_ text: String, framing: StreamFraming = .events, piece: Int = .max) throws -> [String] {
        var parser = StreamParser(framing)
        var found: [String] = []
        let bytes = Array(text.utf8)
        for start in stride(from: 0, to: bytes.count, by: min(piece, max(1, bytes.count))) {
            let end = min(bytes.count, start + min(piece, bytes.count))
            try bytes[start..<end].withUnsafeBufferPointer { buffer in
                try parser.feed(buffer) { document, _ in found.append(String(decoding: document, as: UTF8.self)) }
            }
        }
        try parser.finish { document, _ in found.append(String(decoding: document, as: UTF8.self)) }
        return found
    }

    @Test(arguments: [1, 2, 3, 5, .max]) func everyLineEndAndEverySplit(piece: Int) throws {
        let text =
            "\u{FEFF}data: 1\n\n: ping\ndata:2\r\n\r\nevent: x\rdata: 3\r\rid: 7\n\ndata: a\ndata: b\n\ndata: [DONE]\n\n"
        #expect(try documents(text, piece: piece) == ["1", "2", "3", "a\nb"])
    }

    @Test func theEndMayBeMissing() throws {
        #expect(try documents("data: 1\n\ndata: 2\n") == ["1", "2"])
        #expect(try documents("data: 1\n\ndata: 2") == ["1", "2"])
        #expect(try documents("") == [])
        #expect(try documents("data\n\n") == [])
        #expect(try documents("database: 1\n\n") == [])
    }

    @Test(arguments: [1, 4, .max]) func lines(piece: Int) throws {
        #expect(try documents("{\"a\":1}\r\n\n{\"b\":2}\n{\"c\":3}", framing: .lines, piece: piece).count == 3)
    }

    @Test func randomSplitsAgree() throws {
        var random = SystemRandomNumberGenerator()
        let alphabet = ["data: ", "data:", "x", "\n", "\r", "\r\n", "\n\n", ":", "é", "[DONE]", "event: "]
        for _ in 0..<2000 {
            let text = (0..<Int.random(in: 0..<20, using: &random)).map { _ in alphabet.randomElement() ?? "" }.joined()
            let whole = try documents(text)
            for piece in [1, 2, 3, 5] {
                #expect(try documents(text, piece: piece) == whole, "\(text.debugDescription)")
            }
        }
    }
}
