import Experience
import Numbers

/// An episode turn by turn: what the policy said, its calls beside their results, and whose each token is.
enum TraceView {
    /// Turns that a page shows, and characters of each of their texts.
    static let turnLimit = 100
    static let textLimit = 4000

    static func section(_ trace: EpisodeTrace) -> Markup {
        let shown =
            trace.turns.count < trace.turnCount ? " · the first \(trace.turns.count) are shown, the store has all" : ""
        var section: Markup = """
            <section><h2>Its \(trace.turnCount.counted("turn", "turns"))</h2>
            <p class="soft">\(trace.environment) \(trace.version) · ended by \(trace.stop)\(shown)</p>

            """
        for turn in trace.turns { section.add(show(turn)) }
        section.add("</section>\n")
        return section
    }

    private static func show(_ turn: EpisodeTrace.Turn) -> Markup {
        var facts: [(String, Markup)] = [
            ("sampled", "\(turn.sampledTokens.counted("token", "tokens"))"),
            ("in the model", "\(Format.duration(turn.sampledMilliseconds / 1000))"),
            ("in the environment", "\(Format.duration(turn.environmentMilliseconds / 1000))"),
            ("finish", "\(turn.finish)"),
        ]
        if let reward = turn.reward { facts.append(("reward", "\(Format.number(reward))")) }
        if let progress = turn.progress { facts.append(("progress", "\(Format.percent(progress))")) }
        var view: Markup = "<h3>Turn \(turn.number + 1)</h3>\n\(Page.facts(facts))"
        if !turn.text.isEmpty { view.add("<pre tabindex=\"0\">\(turn.text.cut(to: textLimit))</pre>\n") }
        for call in turn.calls {
            let failure = call.fault ?? (call.outcome == "ok" ? nil : call.outcome)
            view.add("<dl class=\"pair\"><div><dt>\(call.name.isEmpty ? "(no name)" : call.name)")
            if let failure { view.add(" <span class=\"bad\">\(failure)</span>") }
            view.add("</dt><dd><pre tabindex=\"0\">\((call.arguments ?? "").cut(to: textLimit))</pre></dd></div>")
            view.add("<div><dt>gave</dt><dd>")
            view.add(
                call.result.map { "<pre tabindex=\"0\">\($0.cut(to: textLimit))</pre>" }
                    ?? "<span class=\"soft\">nothing</span>")
            view.add("</dd></div></dl>\n")
        }
        view.add(
            "<details><summary>Tokens as they stand in the sequence, the policy’s own shaded</summary><pre tabindex=\"0\">"
        )
        for segment in turn.segments {
            let words: Markup =
                "<span class=\"soft\">[\(segment.origin) \(segment.tokens)]</span>\(segment.text.cut(to: textLimit))"
            view.add(segment.origin == "policy" ? "<mark class=\"n2\">\(words)</mark>" : words)
        }
        view.add("</pre></details>\n")
        return view
    }
}
