import Foundation
import Testing

@testable import AssayCommand

@Suite struct ProgressTests {
    @Test(arguments: [1, 2, 10, 24, 40, 60, 80, 200])
    func aLineOfProgressFitsTheTerminal(columns: Int) {
        for text in ["7/9 rows  12/s", String(repeating: "long ", count: 30), "29 failed: äöü 🤷", "数学の答え 漢字漢字漢字漢字"] {
            for fraction in [nil, 0, 0.5, 1, 7, -1] {
                let line = ProgressLine.fitted(text, fraction: fraction, columns: columns)
                #expect(line.count <= max(columns - 1, 1), "\(line)")
                #expect(line.contains(text) || line.hasSuffix("…"))
            }
        }
    }

    @Test func whatTakesTwoCellsIsCutInTime() {
        #expect(ProgressLine.fitted("漢字漢字", fraction: nil, columns: 6) == "漢字…")
        #expect(ProgressLine.fitted("漢字漢字", fraction: nil, columns: 9) == "漢字漢字")
    }

    @Test func theBarGivesWayToTheFigures() {
        let text = "100/160 completions  12/s  5 s left"
        #expect(ProgressLine.fitted(text, fraction: 0.5, columns: 80).hasSuffix("░ " + text))
        #expect(ProgressLine.fitted(text, fraction: 0.5, columns: 60).count == 59)
        #expect(ProgressLine.fitted(text, fraction: 0.5, columns: 40) == text)
        #expect(ProgressLine.fitted(text, fraction: 0.5, columns: 20) == "100/160 completion…")
    }

    /// What a run looks like at 60, 80 and 200 columns, with and without colour, and in a pipe: `Golden/progress.txt`, which
    /// ASSAY_GOLDEN=1 writes anew. Escapes are written as "^[".
    @Test func linesAreAsTheyWere() throws {
        let lines = [
            ProgressLine(done: 0, total: 160, unit: "completions", rate: 0),
            ProgressLine(done: 59, total: 96, unit: "completions", rate: 1.25),
            ProgressLine(
                done: 1_240, total: 100_000, unit: "completions", rate: 310, note: "3 failed: timeout 2, refused 1"),
            ProgressLine(
                done: 96, total: 96, unit: "completions", rate: 12.5,
                note: "waiting for verdicts of slow programs: 4 left"),
            ProgressLine(done: 7, unit: "rows", rate: 0.5),
        ]
        var text = ""
        for columns in [60, 80, 200] {
            for isColoured in [false, true] {
                text += "== \(columns) columns, \(isColoured ? "with" : "without") colour\n"
                for line in lines { text += line.fitted(columns: columns, isColoured: isColoured) + "\n" }
            }
        }
        text += "== in a pipe\n" + lines.map { $0.text + "\n" }.joined()
        text = text.replacing("\u{1b}", with: "^[")
        let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appending(path: "Golden/progress.txt")
        if ProcessInfo.processInfo.environment["ASSAY_GOLDEN"] == "1" { try Data(text.utf8).write(to: file) }
        #expect(try String(contentsOf: file, encoding: .utf8) == text)
    }
}
