import Testing

@testable import Environments

@Suite struct BoundedTextTests {
    // Characters of 1, 2, 4 and 1 bytes.
    private let text = "a\u{e9}🙂b"

    @Test(arguments: [
        (0, 100, "a\u{e9}🙂b"), (0, 8, "a\u{e9}🙂b"), (0, 7, "a\u{e9}🙂"), (0, 6, "a\u{e9}"), (0, 3, "a\u{e9}"),
        (0, 2, "a"),
        (0, 1, "a"), (0, 0, ""), (1, 2, "\u{e9}"), (2, 4, "🙂"), (2, 3, ""), (4, 1, "b"), (7, 1, "b"), (8, 1, ""),
        (9, 1, ""), (100, 1, ""),
    ])
    func partsAreWholeCharacters(from: Int, bytes: Int, part: String) {
        #expect(BoundedText.slice(text, from: from, bytes: bytes) == part)
    }

    @Test func whatIsCutSaysHowLongItWas() {
        #expect(BoundedText.head(text, bytes: 8) == text)
        #expect(BoundedText.head(text, bytes: 7) == "a\u{e9}🙂\n[… of 8 bytes]")
        #expect(BoundedText.head(text, bytes: 2) == "a\n[… of 8 bytes]")
    }
}
