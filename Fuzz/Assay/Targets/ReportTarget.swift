import Experience
import JSON
import Reports

/// Reports and comparisons of samples whose figures are at their limits, in every form they are shown in.
final class ReportTarget: FuzzTarget {
    private let seeds: [FuzzInput]

    init(_ context: FuzzContext) { seeds = context.corpus["reports"] }

    func input(at place: FuzzPlace) -> FuzzInput {
        if place.index < seeds.count { return seeds[Int(place.index)] }
        var random = place.random("reports")
        var input = FuzzInput()
        let count = random.pick([0, 1, 2, 3, 8, 40, random.oneIn(50) ? 3000 : 5])
        let rows = (0..<count).map { _ in Self.row(&random).text }
        input.add("samples", rows.joined(separator: "\n"))
        return input
    }

    /// Figures as texts: JSON has no infinities.
    private static func row(_ random: inout FuzzRandom) -> JSONValue {
        func number(_ random: inout FuzzRandom) -> JSONValue {
            random.oneIn(5)
                ? .null : .string(random.oneIn(2) ? Boundary.number(&random) : "\(Double(random.below(20)) / 4)")
        }
        let label = String(decoding: Boundary.piece(&random), as: UTF8.self)
        return [
            "group": .string(random.oneIn(3) ? label : "g\(random.below(4))"), "by": .string(label),
            "outcome": random.oneIn(6) ? .null : .string(random.pick(Outcome.allCases).rawValue),
            "score": number(&random),
            "finish": .string(random.pick(FinishReason.allCases).rawValue), "length": number(&random),
            "extracted": .string(random.oneIn(3) ? label : "\(random.below(3))"),
            "kind": .string(random.pick(["exact", "interval", "sampled"])),
            "mean": number(&random), "half": number(&random), "milliseconds": number(&random),
            "unusable": .bool(random.oneIn(3)),
        ]
    }

    private static func sample(_ row: JSONValue) -> Sample {
        func number(_ key: String) -> Double? { row[key]?.stringValue.flatMap { Double($0) } }
        var sample = Sample(group: row["group"]?.stringValue ?? "")
        sample.values = [row["by"]?.stringValue, nil]
        sample.outcome = row["outcome"]?.stringValue.flatMap(Outcome.init(rawValue:))
        // A verdict's score is finite, or there is none.
        if sample.outcome?.isScored == true { sample.score = number("score").flatMap { $0.isFinite ? $0 : nil } ?? 0 }
        sample.extracted = row["extracted"]?.stringValue
        sample.finish = row["finish"]?.stringValue.flatMap(FinishReason.init(rawValue:))
        sample.length = row["length"]?.stringValue.flatMap { Int($0) }
        if let mean = number("mean"), let kind = row["kind"]?.stringValue.flatMap(EntropySummary.Kind.init(rawValue:)) {
            sample.entropy = Sample.MeanEntropy(kind: kind, mean: mean, halfWidth: number("half") ?? 0)
        }
        sample.milliseconds = number("milliseconds")
        sample.isUnusable = row["unusable"]?.boolValue ?? false
        return sample
    }

    func run(_ input: FuzzInput) async throws {
        let samples = (input.text("samples") ?? "").split(separator: "\n")
            .compactMap { try? JSONValue(parsing: $0.utf8) }.map(Self.sample)
        var builder = ReportBuilder(by: ["by", "none"])
        var sides = [ComparisonSide(source: Source(path: "a")), ComparisonSide(source: Source(path: "b"))]
        for (index, sample) in samples.enumerated() {
            builder.add(sample)
            sides[index % 2].add(sample)
            if let outcome = sample.outcome, builder.wantsExample(outcome),
                let verdict = Verdict(
                    outcome: outcome, score: sample.score, reason: sample.group, extracted: sample.extracted)
            {
                builder.add(example: Example(id: sample.group, verdict: verdict, gold: nil, text: sample.group))
            }
        }
        if let report = try? builder.report(of: Source(path: "f")) {
            _ = (HTMLReport.render(report), TerminalReport.render(report), CSVReport.render(report))
            let json = try report.json()
            guard (try? JSONValue(parsing: json)) != nil else { throw FuzzFailure("the report's JSON is none") }
        }
        if let comparison = try? Comparison.make(sides[0], sides[1]) {
            _ = (HTMLComparison.render(comparison), TerminalComparison.render(comparison))
        }
    }
}
