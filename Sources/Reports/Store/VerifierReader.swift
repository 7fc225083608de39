import Experience
import JSON
import Numbers

/// Reads how each verifier of a run did, and where two of them disagree.
struct VerifierReader {
    private static let listed = 5
    private static let disagreements = 10
    /// Pairs grow with the square: only the latest scorings are compared.
    private static let compared = 8

    let run: Run
    let scorings: [Scoring]

    func section(_ store: StoreSnapshot) throws -> VerifierSection? {
        if scorings.isEmpty { return nil }
        var agreements: [VerifierSection.Agreement] = []
        let latest = Array(scorings.suffix(Self.compared))
        for (index, first) in latest.enumerated() {
            for second in latest[(index + 1)...] { agreements.append(try agreement(store, first, second)) }
        }
        return VerifierSection(verifiers: try scorings.map { try health(store, $0) }, agreements: agreements)
    }

    /// Name and version; options too where another scoring has the same.
    private func name(_ scoring: Scoring) -> String {
        let short = "\(scoring.verifier) \(scoring.version)"
        let isShared = scorings.count { $0.verifier == scoring.verifier && $0.version == scoring.version } > 1
        return isShared ? "\(short) \(scoring.options.text)" : short
    }

    private func health(_ store: StoreSnapshot, _ scoring: Scoring) throws -> VerifierSection.Health {
        let statistics = try store.statistics(of: scoring, run: run, listed: Self.listed)
        let outcomes = statistics.outcomes
        let verdicts = outcomes.reduce(0) { $0 + $1.count }
        let milliseconds = outcomes.reduce(0) { $0 + $1.milliseconds }
        return VerifierSection.Health(
            name: name(scoring), verdicts: verdicts,
            outcomes: Dictionary(uniqueKeysWithValues: outcomes.map { ($0.outcome, $0.count) }),
            reasons: statistics.reasons.map { .init(name: $0.reason, count: $0.count) },
            meanMilliseconds: verdicts > 0 ? milliseconds / Double(verdicts) : 0,
            slowest: statistics.slowest.map {
                .init(completion: Int(clamping: $0.completion), milliseconds: $0.milliseconds)
            })
    }

    private func agreement(
        _ store: StoreSnapshot, _ first: Scoring, _ second: Scoring
    ) throws -> VerifierSection.Agreement {
        let agreement = try store.agreement(first, second, run: run, listed: Self.disagreements)
        func count(_ a: Bool, _ b: Bool) -> Double {
            agreement.counts.first { $0.first == a && $0.second == b }.map { Double($0.count) } ?? 0
        }
        let both = count(true, true) + count(true, false) + count(false, true) + count(false, false)
        let agree = count(true, true) + count(false, false)
        let firstRight = count(true, true) + count(true, false)
        let secondRight = count(true, true) + count(false, true)
        let byChance =
            both > 0 ? (firstRight * secondRight + (both - firstRight) * (both - secondRight)) / (both * both) : 1
        return VerifierSection.Agreement(
            first: name(first), second: name(second), both: Int(clamping: both), agree: Int(clamping: agree),
            kappa: byChance < 1 ? (agree / both - byChance) / (1 - byChance) : nil,
            disagreements: agreement.disagreements.map {
                .init(completion: Int(clamping: $0.completion), first: $0.first, second: $0.second)
            })
    }
}
