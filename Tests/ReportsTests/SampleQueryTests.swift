import Experience
import Reports
import Testing

@Suite struct SampleQueryTests {
    @Test(
        arguments: [
            ("outcome:incorrect", [SampleClause(.outcome, .equals, "incorrect")]),
            (
                "  tokens>=500   -model:\"a b\" ",
                [.init(.tokens, .atLeast, "500"), .init(.model, .equals, "a b", isNegated: true)]
            ),
            ("therefore", [.init(.text, .contains, "therefore")]),
            ("text:\"say \\\"so\\\"\"", [.init(.text, .contains, "say \"so\"")]),
            ("gold:none gold:\"none\"", [.init(.gold, .equals, nil), .init(.gold, .equals, "none")]),
            (
                "extracted~7 entropy<0.5 score<=1",
                [.init(.extracted, .contains, "7"), .init(.entropy, .less, "0.5"), .init(.score, .atMost, "1")]
            ),
            ("-", [.init(.text, .contains, "-")]), ("", []), ("dataset=d", [.init(.dataset, .equals, "d")]),
            ("reason:a:b", [.init(.reason, .equals, "a:b")]),
            ("disputed:yes mix:all_wrong", [.init(.disputed, .equals, "yes"), .init(.mix, .equals, "all_wrong")]),
        ] as [(String, [SampleClause])])
    func aLineIsItsTerms(_ line: String, _ clauses: [SampleClause]) throws {
        #expect(try SampleQuery.parse(line) == clauses)
        #expect(try SampleQuery.parse(SampleQuery.line(clauses)) == clauses)
    }

    @Test func aLineIsBounded() {
        #expect(throws: FilterError.self) { try SampleQuery.parse(String(repeating: "a ", count: 21)) }
        #expect(throws: FilterError.self) { try SampleQuery.parse(String(repeating: "a", count: 2001)) }
        #expect(throws: FilterError.self) { try SampleQuery.parse("tokens>nan") }
        #expect(throws: FilterError.self) { try SampleQuery.parse("x:1") }
    }

    @Test(arguments: [
        "a b", "\\", "\"", "none", "", " ", "\u{202e}x", "x\ny", "'; DROP TABLE runs; --", "%", "*", "-", "a\"b\\c",
        "<b>",
    ])
    func everyTextSurvivesALine(_ text: String) throws {
        let clauses = [SampleClause(.reason, .equals, text), .init(.text, .contains, text, isNegated: true)]
        #expect(try SampleQuery.parse(SampleQuery.line(clauses)) == clauses)
    }
}
