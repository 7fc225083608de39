import Experience
import JSON
import Numbers

/// How a sample came to be: seed, endpoint, model, sampling parameters, versions.
enum SampleFacts {
    static func section(_ sample: BrowsedSample) -> Markup {
        let stored = sample.stored
        var facts: [(String, Markup)] = []
        func add(_ name: String, _ value: String?) { if let value, !value.isEmpty { facts.append((name, "\(value)")) } }
        add("dataset", stored.dataset)
        add("model", stored.model)
        add("finish", stored.finish + (stored.stopReason.map { " (\($0))" } ?? ""))
        add("tokens", stored.tokens.map(Format.count))
        add("advantage", sample.advantage.map { Format.number($0) })
        add("sampled", Format.time(stored.startedAt))
        if stored.startedAt > 0, let span = stored.finishedAt.subtracting(stored.startedAt), span >= 0 {
            add("took", Format.duration(Double(span) / 1000))
        }
        return Page.facts(facts)
    }

    /// What only a search for a fault needs.
    static func provenance(_ sample: BrowsedSample, run: Run) -> Markup {
        let stored = sample.stored
        var rows: [[Markup]] = []
        func add(_ name: String, _ value: String?) {
            if let value, !value.isEmpty { rows.append(["\(name)", "<code>\(value.cut(to: 400))</code>"]) }
        }
        add("seed", stored.seed.map(String.init))
        add("endpoint", stored.endpoint)
        add("request id", stored.requestID)
        add("attempt", String(stored.attempt))
        if case .object(let members) = stored.sampling {
            add("sampling", members.map { "\($0.key) \($0.value.text)" }.joined(separator: ", "))
        }
        if let spans = stored.weightSpans?.arrayValue {
            let words = spans.prefix(20).compactMap { span -> String? in
                guard let version = span.arrayValue?.first?.intValue else { return nil }
                return "\(version)"
            }
            add("policy version", words.joined(separator: ", "))
        }
        add("run", "\(run.name), seed \(run.seed)")
        add("completion", "\(sample.id)")
        return Page.table("How it was sampled", head: ["", "value"], rows: rows, words: [1])
    }
}
