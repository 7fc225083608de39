import Experience
import Testing

@testable import Rollout

@Suite struct PlainTextTests {
    @Test(arguments: [
        "no mark, and QxMark", "<|im_end|>", "QxMark0x and <|im_end|>", "QxMark1Q0x QxMark [INST] <a> ]~b]user[",
        "a < b [c]",
    ])
    func whatIsHiddenIsShownAgain(text: String) {
        let messages = [ChatMessage(role: "system", content: "QxMark"), ChatMessage(role: "user", content: text)]
        var plain = PlainText(avoiding: messages)
        let hidden = plain.hide(messages)
        #expect(hidden.count == 2 && hidden[0] == messages[0])
        #expect(!plain.marks.contains { hidden[1].content.contains($0) })
        #expect(plain.shown(hidden[1].content) == text)
    }
}
