import Testing

@testable import Verifiers

@Suite struct CodeExtractionTests {
    @Test(arguments: [
        ("a\n```python\nx = 1\n```\nb", "x = 1"), ("```\n1\n```\n```\n2\n```", "2"), ("~~~\n```\n~~~", "```"),
        ("````\n```\ninner\n```\n````", "```\ninner\n```"), ("```python\ncut off", "cut off"), ("```\n```", ""),
    ])
    func theLastBlockCounts(text: String, program: String) {
        #expect(CodeExtraction.lastFencedBlock(in: text) == program)
    }

    @Test(arguments: ["", "no code here", "inline ```x``` code", "    ```\n    indented"])
    func otherwiseThereIsNone(text: String) { #expect(CodeExtraction.lastFencedBlock(in: text) == nil) }
}
