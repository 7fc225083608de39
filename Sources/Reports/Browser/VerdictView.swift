package import Experience
import JSON

/// A verdict told by sign and word, not by colour alone, with all that explains it.
package enum VerdictView {
    /// The class and the sign of an outcome; of none, where nothing was judged.
    package static func tone(_ outcome: String?) -> (tone: Markup, sign: Markup) {
        switch outcome.flatMap(Outcome.init(rawValue:)) {
        case .correct: ("good", "✓")
        case .incorrect, .noAnswer: ("bad", "✗")
        case .timeout, .verifierError: ("odd", "!")
        case nil: ("soft", "–")
        }
    }

    /// An outcome as a cell says it.
    package static func short(_ outcome: String?) -> Markup {
        let (tone, sign) = tone(outcome)
        return "<span class=\"\(tone)\">\(sign) \(outcome ?? "not judged")</span>"
    }

    /// All that a verdict says.
    package static func section(_ judgement: StoredVerdict, gold: String?) -> Markup {
        let (tone, sign) = tone(judgement.outcome)
        let isProgram = judgement.details?["tests"]?.arrayValue != nil
        var view: Markup = """
            <section class="verdict \(tone)"><p class="first">\(sign) \(judgement.outcome): \(judgement.reason)</p>
            <p class="soft">by \(judgement.verifier) in \(Format.number(judgement.milliseconds)) ms · score \
            \(judgement.score.map { Format.number($0) } ?? "none")</p>

            """
        if let explanation = judgement.explanation, !(isProgram && judgement.outcome == "incorrect") {
            view.add("<p>\(explanation)</p>\n")
        }
        if isProgram {
            view.add(CodeTestView.section(judgement.details))
        } else {
            view.add(
                """
                <dl class="pair"><div><dt>extracted</dt><dd><code>\((judgement.extracted ?? "nothing").cut(to: 2000))</code></dd></div>\
                <div><dt>gold</dt><dd><code>\((gold ?? "none").cut(to: 2000))</code></dd></div></dl>

                """)
        }
        view.add(components(judgement.components))
        if !isProgram, let details = judgement.details {
            view.add(
                "<details><summary>Details</summary><pre tabindex=\"0\">\(details.text.cut(to: 8000))</pre></details>\n"
            )
        }
        if judgement.options.text != "{}" {
            view.add(
                """
                <details><summary>Options of the verifier</summary><pre tabindex="0">\(judgement.options.text.cut(to: 4000))</pre>\
                </details>

                """)
        }
        view.add("</section>\n")
        return view
    }

    private static func components(_ components: JSONValue?) -> Markup {
        guard case .object(let members)? = components, !members.isEmpty else { return Markup() }
        return Page.table(
            "Parts of the score", head: ["part", "score"],
            rows: members.prefix(100).map { ["\($0.key)", "\(Format.number($0.value.doubleValue))"] })
    }
}
