public import Experience

/// The samples of one problem in several runs, beside each other.
public enum ProblemSideBySide {
    /// One run's column.
    public struct Side: Sendable {
        var store: Store
        var run: Run
        /// Address of its page of samples.
        var samples: String

        /// A run of a store.
        public init(store: Store, run: Run, samples: String) {
            (self.store, self.run, self.samples) = (store, run, samples)
        }
    }

    private static let listed = 16
    private static let textLimit = 3000

    /// The page of the problem that a comparison calls `problem` ("dataset/id"); nil where no run has it. `comparison` is the
    /// address that it was come from.
    public static func render(
        _ sides: [Side], problem: String, comparison: String, navigation: Markup
    ) async throws -> String? {
        var columns: [(side: Side, samples: [BrowsedSample])] = []
        for side in sides { columns.append((side, try await samples(side, problem))) }
        guard let first = columns.lazy.flatMap(\.samples).first else { return nil }
        var body = Page.breadcrumb([
            ("Runs", "/"), (sides.map(\.run.name).joined(separator: ", "), comparison), (problem, nil),
        ])
        body.add("<h1>\(problem.cut(to: 200))</h1>\n")
        body.add(SampleView(shade: .entropy).prompt(first, isOpen: true))
        if let gold = first.gold { body.add("<p>Gold <code>\(gold.cut(to: 2000))</code></p>\n") }
        body.add("<div class=\"columns\">\n")
        for (side, samples) in columns {
            let right = samples.count { $0.judgements.last?.outcome == "correct" }
            body.add("<div><h2>\(side.run.name): \(right) of \(samples.count)</h2>\n")
            for sample in samples {
                let verdict = sample.judgements.last
                let text = String(sample.text.prefix(textLimit))
                body.add(
                    """
                    <article><h3><a href="\(side.samples)/\(sample.id)">#\(sample.stored.index)</a> \
                    \(VerdictView.short(verdict?.outcome)) \(verdict?.reason.cut(to: 80) ?? "")</h3>
                    <pre tabindex="0">\(AnswerMark.markup(text, answer: verdict?.extracted) ?? "\(text)")</pre></article>

                    """)
            }
            if samples.isEmpty { body.add("<p class=\"soft\">This run has no sample of it.</p>\n") }
            body.add("</div>\n")
        }
        body.add("</div>\n<script src=\"/assets/pages.js\"></script>\n")
        return Page.html(title: problem.cut(to: 80), navigation: navigation, body: body)
    }

    private static func samples(_ side: Side, _ problem: String) async throws -> [BrowsedSample] {
        try await side.store.snapshot { [run = side.run] store in
            // The dataset's name may have a slash itself.
            let known = try store.datasets(run: run)
            for dataset in known where dataset.isEmpty || problem.hasPrefix(dataset + "/") {
                let name = dataset.isEmpty ? problem : String(problem.dropFirst(dataset.count + 1))
                let ids = try store.samples(run: run, dataset: dataset, problem: name, limit: listed)
                if ids.isEmpty { continue }
                return try ids.compactMap { id in
                    try store.sample(run: run, completion: id).map {
                        try BrowsedSample($0, store, set: nil, vocabulary: nil, vocabularySize: nil)
                    }
                }
            }
            return []
        }
    }
}
