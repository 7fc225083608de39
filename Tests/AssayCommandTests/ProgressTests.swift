import Testing

@testable import AssayCommand

@Suite struct ProgressTests {
    @Test(arguments: [1, 2, 10, 24, 40, 60, 80, 200])
    func aLineOfProgressFitsTheTerminal(columns: Int) {
        for text in ["7/9 rows  12/s", String(repeating: "long ", count: 30), "29 failed: äöü 🤷"] {
            for fraction in [nil, 0, 0.5, 1, 7] {
                let line = Progress.fitted(text, fraction: fraction, columns: columns)
                #expect(line.count <= max(columns - 1, 1), "\(line)")
                #expect(line.contains(text) || line.hasSuffix("…"))
            }
        }
    }

    @Test func theBarGivesWayToTheFigures() {
        let text = "100/160 completions  12/s  5 s left"
        #expect(Progress.fitted(text, fraction: 0.5, columns: 80).hasSuffix("░ " + text))
        #expect(Progress.fitted(text, fraction: 0.5, columns: 60) == text)
        #expect(Progress.fitted(text, fraction: 0.5, columns: 20) == "100/160 completion…")
    }
}
