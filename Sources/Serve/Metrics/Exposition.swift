/// Text in the Prometheus exposition format 0.0.4.
struct Exposition {
    private(set) var text = ""

    /// Starts a family of samples.
    mutating func family(_ name: String, _ type: String, _ help: String) {
        text += "# HELP \(name) \(help)\n# TYPE \(name) \(type)\n"
    }

    /// One sample; label values are escaped.
    mutating func sample(_ name: String, _ labels: [(String, String)] = [], _ value: Double) {
        text += name + Self.braces(labels) + " " + Self.number(value) + "\n"
    }

    /// A histogram's samples.
    mutating func histogram(_ name: String, _ labels: [(String, String)], _ counts: Histogram.Counts) {
        var cumulative = 0
        for (bound, count) in zip(Histogram.bounds, counts.buckets) {
            cumulative += count
            sample(name + "_bucket", labels + [("le", Self.number(bound))], Double(cumulative))
        }
        sample(name + "_bucket", labels + [("le", "+Inf")], Double(counts.count))
        sample(name + "_sum", labels, counts.sum)
        sample(name + "_count", labels, Double(counts.count))
    }

    private static func braces(_ labels: [(String, String)]) -> String {
        if labels.isEmpty { return "" }
        let pairs = labels.map { name, value in
            let escaped = value.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")
                .replacing("\n", with: "\\n")
            return "\(name)=\"\(escaped)\""
        }
        return "{" + pairs.joined(separator: ",") + "}"
    }

    private static func number(_ value: Double) -> String {
        if abs(value) < 1e15, let whole = Int(exactly: value) { return String(whole) }
        return String(value)
    }
}
