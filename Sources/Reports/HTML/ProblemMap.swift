import Experience

/// Problems beside each other, each a column of its samples' verdicts: told by colour and by sign, each a link to its sample.
enum ProblemMap {
    private static let size = 13

    static func section(_ problems: ProblemSection, _ links: SampleLinks) -> Markup {
        var section: Markup = "<p class=\"soft\">Each column is a problem, the hardest first; each cell a sample. "
        let used = Set(problems.problems.flatMap { Array($0.verdicts.utf8) })
        for (letter, name) in names where used.contains(letter) {
            section.add(
                "<span class=\"map\"><svg width=\"\(size)\" height=\"\(size)\" class=\"key-cell\" aria-hidden=\"true\">"
            )
            section.add(cell(letter, y: 0))
            section.add("</svg></span> \(name) ")
        }
        if problems.problems.count < problems.total {
            section.add(
                "Shown are \(problems.problems.count) of \(Format.count(problems.total)) problems, at equal distances. "
            )
        }
        section.add(
            "</p>\n<div class=\"map columns-of-cells\" role=\"group\" aria-label=\"Verdicts by problem and sample\">")
        for problem in problems.problems { section.add(column(problem, links)) }
        section.add("</div>\n")
        section.add(table(problems, links))
        return section
    }

    private static let names: [(UInt8, String)] = [
        (UInt8(ascii: "c"), "right"), (UInt8(ascii: "i"), "wrong"), (UInt8(ascii: "n"), "no answer"),
        (UInt8(ascii: "t"), "timeout"), (UInt8(ascii: "e"), "verifier error"), (UInt8(ascii: "-"), "not judged"),
    ]

    private static func name(_ letter: UInt8) -> String { names.first { $0.0 == letter }?.1 ?? "not judged" }

    private static func column(_ problem: ProblemSection.Problem, _ links: SampleLinks) -> Markup {
        let height = max(problem.verdicts.utf8.count, 1) * size
        var column: Markup = """
            <svg width="\(size)" height="\(height)" viewBox="0 0 \(size) \(height)" role="\(links.base == nil ? "img" : "group")" \
            aria-label="\(problem.problem.cut(to: 60)): \(problem.right) of \(problem.judged) right">\
            <title>\(problem.problem.cut(to: 60)): \(problem.right) of \(problem.judged) right</title>
            """
        for (index, letter) in problem.verdicts.utf8.enumerated() {
            let cell = cell(letter, y: index * size)
            if let base = links.base, index < problem.completions.count {
                column.add(
                    "<a href=\"\(base)/\(problem.completions[index])\" tabindex=\"-1\" aria-label=\"#\(index) \(name(letter))\">\(cell)</a>"
                )
            } else {
                column.add(cell)
            }
        }
        column.add("</svg>")
        return column
    }

    private static func cell(_ letter: UInt8, y: Int) -> Markup {
        let (tone, sign): (Markup, Markup) =
            switch letter {
            case UInt8(ascii: "c"): ("correct", "")
            case UInt8(ascii: "i"): ("incorrect", "M4 \(y + 4)l5 5")
            case UInt8(ascii: "n"): ("noAnswer", "M4 \(y + 6)h5")
            case UInt8(ascii: "t"): ("timeout", "M4 \(y + 4)h5v5")
            case UInt8(ascii: "e"): ("verifierError", "M4 \(y + 4)l5 5m0 -5l-5 5")
            default: ("none", "")
            }
        var cell: Markup = "<rect class=\"cell \(tone)\" y=\"\(y)\" width=\"\(size)\" height=\"\(size)\"/>"
        if !sign.text.isEmpty { cell.add("<path class=\"sign\" d=\"\(sign)\"/>") }
        return cell
    }

    private static func table(_ section: ProblemSection, _ links: SampleLinks) -> Markup {
        let rows = section.problems.map { problem -> [Markup] in
            let terms: [SampleClause] = [
                .init(.problem, .equals, problem.problem), .init(.dataset, .equals, problem.dataset),
            ]
            func number(_ text: String) -> Markup { links.link("\(text)", terms) }
            let share = problem.judged > 0 ? Double(problem.right) / Double(problem.judged) : nil
            return [
                links.link("\(problem.problem.cut(to: 60))", terms), number(Format.percent(share)),
                links.link("\(problem.right)", terms + [.init(.outcome, .equals, "correct")]),
                number("\(problem.judged)"),
                number("\(problem.answers)"), number(Format.number(problem.tokens)),
                number(Format.number(problem.entropy)),
            ]
        }
        var table: Markup = "<details><summary>The same as a table, by problem</summary>\n"
        table.add(
            Page.table(
                "Problems, the hardest first",
                head: ["problem", "pass@1", "right", "judged", "answers that differ", "mean tokens", "entropy"],
                rows: rows))
        table.add("</details>\n")
        return table
    }
}
