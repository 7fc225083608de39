import Experience

/// The tokens of a sample, shaded by a value: as the text itself where the tokenizer is known, else as ids.
struct TokenShading {
    /// Whether the tokens are shown as text, all of them.
    let isText: Bool
    private let sample: BrowsedSample
    private let shade: SampleFilter.Shade
    private let values: [Double]

    init(_ sample: BrowsedSample, by shade: SampleFilter.Shade) {
        self.sample = sample
        self.shade = shade
        values = Self.values(sample, shade)
        isText =
            !values.isEmpty && sample.tokenTexts.count == values.count && values.count <= BrowsedSample.tokenLimit
            && sample.tokenTexts.allSatisfy { $0 != nil }
    }

    /// Nothing without values.
    var view: Markup {
        if values.isEmpty { return Markup() }
        var view: Markup =
            "<figure class=\"tokens\"><figcaption>\(isText ? "Completion" : "Token ids") shaded by \(words) "
        view.add(legend)
        view.add("</figcaption>")
        view.add(isText ? "<pre tabindex=\"0\">" : "<p>")
        for (position, value) in values.prefix(BrowsedSample.tokenLimit).enumerated() {
            let id = position < sample.tokenIDs.count ? String(sample.tokenIDs[position]) : "·"
            let text = isText ? Self.visible(sample.tokenTexts[position] ?? "") : id
            let logprob =
                position < sample.logprobs.count ? ", log p \(Format.number(Double(sample.logprobs[position])))" : ""
            view.add(
                """
                <mark class="\(level(value))" title="token \(position), id \(id): \(Format.number(value))\(logprob)">\(text)</mark>
                """)
            if !isText { view.add(" ") }
        }
        view.add(isText ? "</pre>" : "</p>")
        if values.count > BrowsedSample.tokenLimit {
            view.add(
                "<p class=\"soft\">The first \(Format.count(BrowsedSample.tokenLimit)) of \(Format.count(values.count)) tokens.</p>"
            )
        }
        view.add("</figure>\n")
        return view
    }

    private static func values(_ sample: BrowsedSample, _ shade: SampleFilter.Shade) -> [Double] {
        switch shade {
        case .entropy: return sample.entropies ?? sample.logprobs.map { -Double($0) }
        case .logprob: return sample.logprobs.map { -Double($0) }
        case .advantage:
            if sample.tokenAdvantages.count == sample.logprobs.count { return sample.tokenAdvantages.map(Double.init) }
            return sample.advantage.map { Array(repeating: $0, count: sample.logprobs.count) } ?? []
        }
    }

    // A line end is a token to see, too.
    private static func visible(_ text: String) -> String { text.replacing("\n", with: "⏎\n") }

    // Four steps each way, so that shades can be told apart and named in the stylesheet.
    private var steps: [Double] { shade == .advantage ? [0.25, 0.75, 1.5, 2.5] : [0.1, 0.5, 1, 2] }

    private func level(_ value: Double) -> Markup {
        let reached = steps.count { abs(value) >= $0 }
        if reached == 0 { return "" }
        return value > 0 ? "h\(reached)" : "n\(reached)"
    }

    private var legend: Markup {
        var legend: Markup = "<span class=\"legend\">"
        if shade == .advantage {
            for (index, step) in steps.enumerated().reversed() {
                legend.add("<mark class=\"n\(index + 1)\">−\(Self.short(step))</mark>")
            }
        }
        for (index, step) in steps.enumerated() {
            legend.add("<mark class=\"h\(index + 1)\">\(Self.short(step))</mark>")
        }
        legend.add("</span>")
        return legend
    }

    // "0.25", "1": no more decimals than there are.
    private static func short(_ step: Double) -> String { Int(exactly: step).map { "\($0)" } ?? "\(step)" }

    private var words: String {
        switch shade {
        case .entropy where sample.entropies != nil && sample.isBounded:
            "entropy in nats (midpoint of the bounds from the top candidates)"
        case .entropy where sample.entropies != nil: "entropy in nats (lower bound from the top candidates)"
        case .entropy: "−log-probability in nats: there are no top candidates to bound the entropy"
        case .logprob: "−log-probability in nats"
        case .advantage: "advantage"
        }
    }
}
