import Foundation
import JSON
import Optim
import Testing

/// Right values of small samples and missing figures, `../shared/data/statistics`.
@Suite(.enabled(if: VectorFile.isPresent, "needs ../shared/data"))
struct SharedFiguresTests {
    private func document(_ name: String) throws -> JSONValue {
        let url = VectorFile.folder.deletingLastPathComponent().appendingPathComponent("statistics/\(name).json")
        return try JSONValue(parsing: [UInt8](Data(contentsOf: url)))
    }

    private func numbers(_ value: JSONValue?) -> [Double?] { value?.arrayValue?.map(\.doubleValue) ?? [] }

    @Test func intervals() throws {
        for item in try document("small_intervals")["cases"]?.arrayValue ?? [] {
            let (c, n) = (try #require(item["c"]?.intValue), try #require(item["n"]?.intValue))
            let values = (0..<n).map { $0 < c ? 1.0 : 0 }
            let interval = try #require(try MeanInterval.of(values).get().interval)
            let expected = numbers(item["clopper_pearson"]).compactMap { $0 }
            #expect(
                abs(interval.lower - expected[0]) < 1e-9 && abs(interval.upper - expected[1]) < 1e-9, "\(c) of \(n)")
        }
    }

    @Test func claims() throws {
        for item in try document("compare_claims")["cases"]?.arrayValue ?? [] {
            func count(_ key: String) throws -> Int { try #require(item[key]?.intValue) }
            let (wins, losses, ties) = (try count("wins"), try count("losses"), try count("ties"))
            let first = [Double](repeating: 0, count: wins) + [Double](repeating: 1, count: losses + ties)
            let second =
                [Double](repeating: 1, count: wins) + [Double](repeating: 0, count: losses)
                + [Double](repeating: 1, count: ties)
            let paired = try PairedComparison.compare(first_P: first, second_P: second).get()
            let p = try #require(item["p"]?.doubleValue)
            #expect(try abs(#require(paired.signTest) - p) < 1e-9 && abs(#require(paired.permutationTest) - p) < 1e-9)
            #expect(paired.isClear == (item["claim"]?.stringValue == "the second is better"), "\(item.text)")
        }
    }

    @Test func componentsWithGaps() throws {
        let document = try document("components_null")
        let columns = [numbers(document["fmt"]), numbers(document["other"])]
        // A null component makes the whole a verifierError without a score.
        let rows = columns[0].indices.map { row in
            let values = columns.map { $0[row] }
            return values.contains(nil) ? values.map { _ in nil } : values
        }
        for (name, weights) in [("[1,1]", [1.0, 1]), ("[1,0.5]", [1, 0.5])] {
            let found = try AdvantageEstimator.preset("gdpo").tokenAdvantages(
                try AdvantageEstimator.preset("gdpo").advantages(
                    components: ComponentScores(values_NJ: rows, weights_J: weights),
                    groups: GroupIndex(sizes: [rows.count])),
                groups: GroupIndex(sizes: [rows.count]),
                tokens: TokenInputs(
                    layout: TokenLayout(lengths_N: rows.map { $0.contains(nil) ? 0 : 3 })))
            let expected = numbers(document["gdpo (component_weights \(name))"]).compactMap { $0 }
            let values = stride(from: 0, to: found.advantages_T.count, by: 3).map { found.advantages_T[$0] }
            #expect(areSame(values, expected), "\(name): \(values)")
        }
        for (name, weights) in [("[1,1]", [1.0, 1]), ("[2,1]", [2, 1])] {
            let sums = rows.map { row in
                row.contains(nil) ? nil : zip(row, weights).reduce(0) { $0 + ($1.0 ?? 0) * $1.1 }
            }
            let found = try AdvantageEstimator.preset("grpo").advantages(scores_G: sums)
            #expect(areSame(found, numbers(document["grpo with component_weights \(name)"])), "\(name)")
        }
    }

    @Test func whatTheFieldHas() throws {
        let document = try document("missing")
        let baseline = try #require(
            document["a*-po baseline (TRL a2po), beta1 0.5, rewards 0 1 1 0"]?.doubleValue)
        let advantages = try AdvantageEstimator.preset("a_star_po").advantages(scores_G: [0, 1, 1, 0])
        #expect(try zip(advantages, [0.0, 1, 1, 0]).allSatisfy { try abs(#require($0) - ($1 - baseline)) < 1e-12 })
        let vapo = "vapo (NeMo length_adaptive_alpha, AReaL vapo_length_adaptive_gae), before whitening"
        for item in document[vapo]?.arrayValue ?? [] {
            var estimator = try AdvantageEstimator.preset("vapo")
            estimator.whitening = .none
            estimator.lengthAlpha = item["alpha"]?.doubleValue
            let values = numbers(item["values"]).compactMap { $0 }
            var tokens = TokenInputs(layout: try TokenLayout(lengths_N: [values.count]))
            tokens.values_T = values
            let inputs = OutcomeInputs(scores_N: [item["reward_at_last"]?.doubleValue], groups: GroupIndex(sizes: [1]))
            let found = try estimator.tokenAdvantages(inputs, tokens: tokens)
            let expected = [numbers(item["advantages"]), numbers(item["returns (lambda_value 1)"])]
            #expect(areSame(found.advantages_T, expected[0]) && areSame(found.returns_T, expected[1]))
        }
    }
}

/// Equal to 1e-9, nil where the other is.
private func areSame(_ first: [Double?], _ second: [Double?]) -> Bool {
    guard first.count == second.count else { return false }
    for (one, other) in zip(first, second) {
        if (one == nil) != (other == nil) { return false }
        if let one, let other, abs(one - other) > 1e-9 { return false }
    }
    return true
}

@Suite struct SeveralComparisonsTests {
    /// Holm 1979: 0.01 * 4, 0.02 * 3, 0.03 * 2 raised to 0.06, 0.5; nil is no test.
    @Test func holm() {
        let adjusted = HolmAdjustment.adjusted([0.02, nil, 0.01, 0.5, 0.03])
        let expected: [Double?] = [0.06, nil, 0.04, 0.5, 0.06]
        #expect(areSame(adjusted, expected))
        #expect(HolmAdjustment.adjusted([0.9, 0.8]) == [1, 1])
        #expect(HolmAdjustment.adjusted([]) == [])
    }

    /// Two problems, 4 completions each; three runs of pass@1 3/8, 5/8, 4/8.
    @Test func seeds() throws {
        let spread = try SeedSpread.of([[(4, 1), (4, 2)], [(4, 2), (4, 3)], [(4, 0), (4, 4)]]).get()
        // p(1 - p)/3 over both problems, / 4: 0.4375 / 12, 0.4375 / 12, 0.
        let within: Double = 2 * 0.4375 / 12 / 3
        let error: Double = 0.125 / 3.0.squareRoot()
        let upper: Double = 0.5 + 4.302652729749464 * error
        #expect(spread.means == [0.375, 0.625, 0.5])
        #expect(
            areSame(
                [spread.mean, spread.between, spread.within, spread.standardError, spread.interval.upper],
                [0.5, 0.125, within.squareRoot(), error, upper]))
        #expect(try SeedSpread.of([[(1, 1)], [(2, 1)]]).get().within == nil)
        #expect(try SeedSpread.of([[(1, 1)]]).reason == .tooFewSamples)
        #expect(try SeedSpread.of([[], []]).reason == .noData)
        #expect(throws: OptimError.self) { try SeedSpread.of([[(1, 2)], [(1, 1)]]) }
    }
}
