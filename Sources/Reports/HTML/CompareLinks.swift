import Experience

/// Links of a comparison to the samples of one problem side by side, where a server shows those.
public struct CompareLinks: Sendable {
    /// The address of the comparison, "/compare?run=a&run=b"; nil in a file.
    public var base: String?

    /// Of a server's page, or of a file.
    public init(base: String? = nil) { self.base = base }

    /// A figure of a side, which leads to its samples.
    func samples(_ side: Comparison.Side, _ figure: String) -> Markup {
        guard base != nil, let run = side.source.run, figure != Format.none else { return "\(figure)" }
        return "<a href=\"/runs/\(SampleFilter.encode(run))/samples\">\(figure)</a>"
    }

    func link(problem: String) -> Markup {
        guard let base else { return "\(problem)" }
        return "<a href=\"\(base)&amp;problem=\(SampleFilter.encode(problem))\">\(problem)</a>"
    }

    /// What differs in the runs' configurations, what the figures depend on first.
    static func table(_ differences: [SettingDifference], names: [String]) -> Markup {
        if differences.isEmpty { return Markup() }
        let sorted = differences.filter { $0.warning != nil } + differences.filter { $0.warning == nil }
        return Page.table(
            "What differs in the configurations", head: ["key"] + names.map { $0.cut(to: 40) } + [""],
            rows: sorted.map { difference in
                ["\(difference.key)"] + difference.values.map { "<code>\($0 ?? Format.none)</code>" }
                    + ["\(difference.warning ?? "")"]
            }, words: Set(1...names.count + 1))
    }
}
