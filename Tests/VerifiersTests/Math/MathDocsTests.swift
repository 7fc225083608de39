import Foundation
import Testing
import Verifiers

/// `docs/math.md` holds a table of the options. It is written by this test when `ASSAY_WRITE_DOCS` is set, and compared with
/// the code otherwise, so that the two cannot drift.
@Suite struct MathDocsTests {
    static let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent("docs/math.md")
    static let marks = (begin: "<!-- options: begin -->\n", end: "<!-- options: end -->\n")

    static var table: String {
        let rows = MathOptions.summaries.map { "| `\($0.name)` | \($0.summary.replacing("|", with: "\\|")) |\n" }
        return "| option | values and default |\n|---|---|\n" + rows.joined()
    }

    @Test func theTableIsOfTheOptions() throws {
        let text = try String(contentsOf: Self.file, encoding: .utf8)
        let begin = try #require(text.range(of: Self.marks.begin))
        let end = try #require(text.range(of: Self.marks.end))
        if ProcessInfo.processInfo.environment["ASSAY_WRITE_DOCS"] != nil {
            let whole = text[..<begin.upperBound] + Self.table + text[end.lowerBound...]
            try String(whole).write(to: Self.file, atomically: true, encoding: .utf8)
        } else {
            #expect(text[begin.upperBound..<end.lowerBound] == Self.table, "run this test with ASSAY_WRITE_DOCS=1")
        }
    }
}
