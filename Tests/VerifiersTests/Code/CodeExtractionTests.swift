import Testing

@testable import Verifiers

@Suite struct CodeExtractionTests {
    @Test(arguments: [
        ("a\n```python\nx = 1\n```\nb", "x = 1"), ("```\n1\n```\n```\n2\n```", "2"), ("~~~\n```\n~~~", "```"),
        ("````\n```\ninner\n```\n````", "```\ninner\n```"), ("```python\ncut off", "cut off"), ("```\n```", ""),
        ("1. Do\n\n    ```python\n    if a:\n        b()\n    ```\n", "if a:\n    b()"),
        (" - so\n\n   ```\n   a\n\n     b\n   ```", "a\n\n  b"),
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

    @Test(
        arguments: [
            ("[PYTHON]\na = 1\n[/PYTHON]", "\na = 1\n"), ("<answer>x</answer> <answer>\ny\n</answer>", "\ny\n"),
            ("<code>a", nil), ("a = 1", nil),
        ] as [(String, String?)])
    func tagsStandForAFence(text: String, program: String?) { #expect(CodeExtraction.tagged(in: text) == program) }

    @Test(arguments: [
        ("Here is the code:\na = 1", "a = 1"), ("if a:\n  b", "if a:\n  b"), ("Total = {1:\n2}", "Total = {1:\n2}"),
        ("def f(x):\n  pass", "def f(x):\n  pass"),
    ])
    func anAnnouncementIsNoCode(text: String, program: String) {
        #expect(CodeExtraction.unannounced(text) == program)
    }
}
