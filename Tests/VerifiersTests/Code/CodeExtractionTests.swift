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

    @Test(
        "Of several blocks the program is the one in the row's language, with the entry point, the last of those",
        arguments: [
            ("```python\na = 1\n```\n```bash\npython a.py\n```", nil, nil, "a = 1"),
            ("```python\na = 1\n```\n```\n1\n```", nil, nil, "a = 1"),
            ("```python\na = 1\n```\n```cpp\nint a;\n```", "cpp", nil, "int a;"),
            ("```python\ndef f(): pass\n```\n```python\nprint(f())\n```", "python", "f", "def f(): pass"),
            ("```python\na = 1\n```\n```python\nb = 1\n```", nil, "f", "b = 1"),
            ("```markdown\nso\n```", nil, nil, "so"),
        ] as [(String, String?, String?, String)])
    func theBlockOfTheProgram(text: String, language: String?, entryPoint: String?, program: String) {
        #expect(CodeExtraction.program(in: text, language: language, entryPoint: entryPoint)?.text == program)
    }
}
