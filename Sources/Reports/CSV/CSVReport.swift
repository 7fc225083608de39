/// The report as comma-separated values (RFC 4180): one line per slice and metric.
///
/// Columns: by, slice, metric, value, lower, upper, problems, completions. `by` is empty for the whole.
public enum CSVReport {
    /// The lines, ending without a line end.
    public static func render(_ report: Report) -> String {
        var lines = ["by,slice,metric,value,lower,upper,problems,completions"]
        lines += rows(of: report.overall, by: "")
        for breakdown in report.breakdowns {
            for slice in breakdown.slices { lines += rows(of: slice, by: breakdown.by) }
        }
        return lines.joined(separator: "\n")
    }

    private static func rows(of slice: Slice, by: String) -> [String] {
        var intervals: [String: Estimate] = ["mean_score": slice.meanScore]
        for point in slice.curve {
            intervals["pass@\(point.k)"] = point.pass
            intervals["majority@\(point.k)"] = point.majority
            intervals["g-pass@\(point.k)[0.5]"] = point.gPassHalf
            intervals["g-pass@\(point.k)[1.0]"] = point.gPassAll
            intervals["mg-pass@\(point.k)"] = point.mgPass
        }
        return slice.metrics.filter { !$0.key.contains("/lower") && !$0.key.contains("/upper") }
            .sorted { $0.key < $1.key }.map { name, value in
                let estimate = intervals[name]
                let figures = [estimate?.lower, estimate?.upper].map { $0.map { "\($0)" } ?? "" }
                let cells = [quote(by), quote(slice.label), quote(name), "\(value)"] + figures
                let counts = [estimate?.problems ?? slice.problems, slice.completions].map(String.init)
                return (cells + counts).joined(separator: ",")
            }
    }

    // A leading = + - @ would be run as a formula by spreadsheets.
    private static func quote(_ text: String) -> String {
        let safe = text.first.map { "=+-@\t\r".contains($0) } == true ? "'" + text : text
        guard safe.contains(where: { ",\"\n\r".contains($0) }) else { return safe }
        return "\"" + safe.replacing("\"", with: "\"\"") + "\""
    }
}
