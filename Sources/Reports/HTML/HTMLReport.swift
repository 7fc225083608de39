/// The report as one self-contained page: no network, no script needed.
public enum HTMLReport {
    /// The whole page.
    public static func render(_ report: Report) -> String {
        Page.html(title: report.source.run ?? report.source.path, body: "<pre>\(TerminalReport.render(report))</pre>")
    }
}
