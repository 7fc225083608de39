import Experience
import Foundation
import Optim

extension Comparison {
    private static let listed = 50

    /// Compares two sides; throws `ComparisonError` when they have no problem in common.
    public static func make(_ first: ComparisonSide, _ second: ComparisonSide) throws -> Comparison {
        var numbers: [String: Int] = [:]
        let firstTallies = tallies(first, &numbers)
        let secondTallies = tallies(second, &numbers)
        let common = firstTallies.keys.filter { secondTallies[$0] != nil }.sorted()
        if common.isEmpty { throw refusal(firstTallies.keys.sorted(), secondTallies.keys.sorted(), first, second) }
        let pairs = common.compactMap { key -> (key: String, first: ProblemTally, second: ProblemTally)? in
            guard let one = firstTallies[key], let other = secondTallies[key] else { return nil }
            return (key, one, other)
        }
        let clusters = pairs.contains { $0.first.cluster > 0 } ? pairs.map(\.first.cluster) : []
        func share(_ tally: ProblemTally) -> Double { Double(tally.c) / Double(tally.n) }
        guard
            let difference = try PairedComparison.compare(
                first_P: pairs.map { share($0.first) }, second_P: pairs.map { share($0.second) },
                clusters_P: clusters
            ).value
        else { throw ComparisonError(description: "nothing to compare") }
        let curve = try curve(
            pairs.map { ($0.first, $0.second) }, clusters, isPooled: max(first.models.count, second.models.count) > 1)
        let support = try SupportShift(before_P: pairs.map(\.first.c), after_P: pairs.map(\.second.c))
        func changes(_ isChange: (ProblemTally, ProblemTally) -> Bool) -> [Change] {
            let sorted = pairs.filter { isChange($0.first, $0.second) }.map {
                (pair: $0, chance: chance($0.first, $0.second))
            }
            .sorted { ($0.chance, $0.pair.key) < ($1.chance, $1.pair.key) }
            return sorted.prefix(listed).map(\.pair).map {
                Change(
                    problem: $0.key, first: "\($0.first.c)/\($0.first.n)", second: "\($0.second.c)/\($0.second.n)")
            }
        }
        let settings = [first.config, second.config].compactMap { $0 }
        let differences = settings.count == 2 ? SettingDifference.all(settings) : []
        let (one, other) = (try side(first, common), try side(second, common))
        return Comparison(
            first: one, second: other, common: common.count, onlyFirst: firstTallies.count - common.count,
            onlySecond: secondTallies.count - common.count, difference: difference, curve: curve,
            crossing: crossing(curve), support: support, supportMetrics: metrics(support),
            gained: changes { $0.c == 0 && $1.c > 0 }, lost: changes { $0.c > 0 && $1.c == 0 },
            entropyDifference: entropyDifference(one.figures, other.figures), settings: differences,
            notes: first.notes + second.notes
                + warnings(first, second, differences, pairs.map { ($0.first.n, $0.second.n) }))
    }

    // What makes a difference of figures one of how they were made.
    private static func warnings(
        _ first: ComparisonSide, _ second: ComparisonSide, _ differences: [SettingDifference], _ counts: [(Int, Int)]
    ) -> [String] {
        var warnings: [String] = []
        if let one = first.source.verifier, let other = second.source.verifier, one != other {
            warnings.append("the runs are judged by different verifiers: \(one) and \(other)")
        }
        let (most, others) = (SliceBuilder.commonCount(counts.map(\.0)), SliceBuilder.commonCount(counts.map(\.1)))
        if most != others {
            warnings.append(
                "\(most) judged completions a problem in the first, \(others) in the second: pass@k ends at the fewer")
        }
        for difference in differences where difference.key != "sampling.n" || most == others {
            guard let words = difference.warning else { continue }
            let values = difference.values.map { $0?.cut(to: 60) ?? "none" }.joined(separator: " and ")
            warnings.append("\(words) (\(difference.key): \(values))")
        }
        return warnings
    }

    // Of one side having none right and the other all that are, if both had one rate (Fisher): the smaller the surer.
    private static func chance(_ first: ProblemTally, _ second: ProblemTally) -> Double {
        func logChoose(_ n: Int, _ k: Int) -> Double {
            guard k >= 0, k <= n else { return -.infinity }
            return lgamma(Double(n) + 1) - lgamma(Double(k) + 1) - lgamma(Double(n - k) + 1)
        }
        let (total, right) = (first.n + second.n, first.c + second.c)
        let without = first.c == 0 ? first.n : second.n
        return logChoose(total - right, without) - logChoose(total, without)
    }

    // Problems with at least one judged completion; their clusters by the number of the cluster's name in both sides.
    private static func tallies(_ side: ComparisonSide, _ numbers: inout [String: Int]) -> [String: ProblemTally] {
        var tallies: [String: ProblemTally] = [:]
        for (key, samples) in side.samples {
            var table = SampleTable()
            for sample in samples { table.add(sample) }
            var tally = ProblemTally(0..<table.count, of: table)
            guard tally.n > 0 else { continue }
            let name = samples.lazy.compactMap(\.cluster).first.map { "cluster \($0)" } ?? "problem \(key)"
            let number = numbers[name] ?? numbers.count + 1
            numbers[name] = number
            tally.cluster = side.hasClusters ? number : 0
            tallies[key] = tally
        }
        return tallies
    }

    private static func side(_ side: ComparisonSide, _ common: [String]) throws -> Side {
        var builder = ReportBuilder()
        for key in common { for sample in side.samples[key] ?? [] { builder.add(sample) } }
        return Side(source: side.source, figures: try builder.report(of: side.source).overall)
    }

    // One set of problems at every k, as in a report.
    private static func curve(
        _ pairs: [(ProblemTally, ProblemTally)], _ clusters: [Int], isPooled: Bool
    ) throws -> [CurveDifference] {
        let most = isPooled ? 1 : SliceBuilder.commonCount(pairs.map { min($0.0.n, $0.1.n) })
        let able = pairs.indices.filter { min(pairs[$0].0.n, pairs[$0].1.n) >= most }
        return try SliceBuilder.ks(upTo: most).map { k in
            func share(_ tally: ProblemTally) throws -> Double {
                try PassAtK.unbiased(n: tally.n, c: tally.c, k: k).get()
            }
            let compared = try PairedComparison.compare(
                first_P: able.map { try share(pairs[$0].0) }, second_P: able.map { try share(pairs[$0].1) },
                clusters_P: clusters.isEmpty ? [] : able.map { clusters[$0] })
            return CurveDifference(
                k: k, difference: compared.value.map { Estimate($0.difference) } ?? .undefined(.noData))
        }
    }

    private static func crossing(_ curve: [CurveDifference]) -> Int? {
        guard let start = curve.compactMap(\.difference.value).first(where: { $0 != 0 }) else { return nil }
        return curve.first { ($0.difference.value ?? 0) * start < 0 }?.k
    }

    private static func metrics(_ support: SupportShift) -> [String: Double] {
        [
            "srr": support.retention.value, "ndr": support.discovery.value, "sds": support.dynamics.value,
            "nscr": support.netChange.value,
        ].compactMapValues { $0 }
    }

    private static func entropyDifference(_ first: Slice, _ second: Slice) -> Double? {
        guard let one = first.entropy, let other = second.entropy, one.kind == other.kind, one.kind != .mixed else {
            return nil
        }
        return other.mean - one.mean
    }

    private static func refusal(
        _ firstKeys: [String], _ secondKeys: [String], _ first: ComparisonSide, _ second: ComparisonSide
    ) -> ComparisonError {
        func words(_ keys: [String], _ side: ComparisonSide) -> String {
            let name = side.source.run ?? side.source.path
            if keys.isEmpty { return "\(name) has no judged completions" }
            return "\(name) has \(keys.count), such as '\(keys[0])'"
        }
        return ComparisonError(
            description: "no common problems to compare: \(words(firstKeys, first)); \(words(secondKeys, second)); "
                + "problems are told apart by dataset and id")
    }
}
