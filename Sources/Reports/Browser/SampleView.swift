import Experience

/// One sample laid out: its verdicts first, then what was asked and what was said.
struct SampleView {
    let shade: SampleFilter.Shade

    /// The latest verdict counts, and stands first.
    func verdicts(_ sample: BrowsedSample) -> Markup {
        var view = Markup()
        if let unusable = sample.stored.unusable {
            view.add("<p class=\"flag\">Not for importance ratios: \(unusable)</p>\n")
        }
        for judgement in sample.judgements.reversed() { view.add(VerdictView.section(judgement, gold: sample.gold)) }
        if sample.judgements.isEmpty { view.add("<p class=\"soft\">Not judged yet.</p>\n") }
        return view
    }

    /// The prompt in the open, or folded away where many samples stand under each other.
    func prompt(_ sample: BrowsedSample, isOpen: Bool) -> Markup {
        if sample.prompt.isEmpty { return Markup() }
        let state: Markup = isOpen ? " open" : ""
        return """
            <details\(state)><summary>Prompt</summary><pre tabindex="0">\(sample.prompt)</pre></details>

            """
    }

    func texts(_ sample: BrowsedSample) -> Markup {
        var view = Markup()
        if !sample.reasoning.isEmpty {
            view.add("<details><summary>Reasoning</summary><pre tabindex=\"0\">\(sample.reasoning)</pre></details>\n")
        }
        if !sample.toolCalls.isEmpty {
            view.add("<details><summary>Tool calls</summary><pre tabindex=\"0\">\(sample.toolCalls)</pre></details>\n")
        }
        let answer = sample.judgements.last?.extracted
        let marked = AnswerMark.markup(sample.text, answer: answer)
        view.add("<h3>Completion</h3>\n")
        if marked == nil, let answer, !answer.isEmpty {
            view.add(
                "<p class=\"soft\">The answer was read as <code>\(answer.cut(to: 200))</code>, which does not stand in the text as it is.</p>\n"
            )
        }
        view.add("<pre tabindex=\"0\">\(marked ?? "\(sample.text)")</pre>\n")
        view.add(TokenShading(sample, by: shade).view)
        return view
    }
}
