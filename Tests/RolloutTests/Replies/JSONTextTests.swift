import Testing

@testable import Rollout

@Suite struct JSONTextTests {
    @Test(arguments: [
        ("{}", 0), ("\n{}", 1), ("\r\n {}", 3), ("\u{FEFF}{}", 3), (": wait\n{}", 7), (": a\r\n: b\n\n{}", 10),
        (": cut", 5),
        ("  ", 2), ("", 0),
    ])
    func anAnswerBeginsBehindBlanksAndComments(text: String, start: Int) {
        #expect(JSONText.start(of: Array(text.utf8)) == start)
    }
}
