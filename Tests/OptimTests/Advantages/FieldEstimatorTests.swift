import Foundation
import JSON
import Optim
import Testing

/// Estimators of the field beside their frameworks' or papers' figures.
@Suite struct FieldEstimatorTests {
    @Test func vapoHasALambdaPerLengthAndOneForValues() throws {
        var estimator = try AdvantageEstimator.preset("vapo")
        estimator.whitening = .none
        estimator.lengthAlpha = 0.5
        let values = [
            [0.204, 0.348, 0.899, 0.598], [-0.092, 0.398, 0.213, 0.445, -0.082, 0.473, 0.471, 0.873, 0.495],
        ]
        var tokens = TokenInputs(layout: try TokenLayout(lengths_N: [4, 9]))
        tokens.values_T = values.flatMap { $0 }
        let inputs = OutcomeInputs(scores_N: [1, 1], groups: GroupIndex(sizes: [1, 1]))
        let result = try estimator.tokenAdvantages(inputs, tokens: tokens)
        let expected = [
            0.39449999999999996, 0.501, -0.10000000000000003, 0.402, 0.5325706489932184, 0.0547336915627093,
            0.3082290320091977, 0.098008755440397, 0.8035826855662247, 0.3196063100137175, 0.4134938271604939,
            0.014777777777777779, 0.505,
        ]
        #expect(zip(result.advantages_T, expected).allSatisfy { abs($0 - $1) < 1e-12 })
        #expect(result.returns_T.allSatisfy { abs($0 - 1) < 1e-12 })
    }

    @Test func theSoftMeanIsAStarPOs() throws {
        let advantages = try AdvantageEstimator.preset("a_star_po").advantages(scores_G: [0, 1, 1, 0])
        let baseline = 0.7168904152415136
        #expect(try zip(advantages, [0.0, 1, 1, 0]).allSatisfy { try abs(#require($0) - ($1 - baseline)) < 1e-12 })
        var hot = try AdvantageEstimator.preset("a_star_po")
        hot.temperature = 1e-3
        let extreme = try hot.advantages(scores_G: [1000, -1000]).compactMap { $0 }
        #expect(extreme.count == 2 && abs(extreme[0] - 1e-3 * log(2)) < 1e-9)
        #expect(abs(extreme[1] + 2000 - 1e-3 * log(2)) < 1e-9)
    }

    @Test func signsHaveWeights() throws {
        #expect(try AdvantageEstimator.preset("w_reinforce").advantages(scores_G: [1, 0, nil]) == [0.1, -1, nil])
        #expect(try AdvantageEstimator.preset("topr").advantages(scores_G: [1, 0]) == [1, -1])
        #expect(try AdvantageEstimator.preset("reinforce").advantages(scores_G: [0.25, -3]) == [0.25, -3])
        var estimator = try AdvantageEstimator.preset("gae")
        estimator.positiveWeight = 0.5
        #expect(throws: OptimError.self) { try estimator.validate() }
    }

    /// Batch after batch, each with the moments that the last left behind.
    private func expectSteps(_ steps: [JSONValue], _ estimator: AdvantageEstimator, _ line: Substring) throws {
        var moments: [String: RunningMoments] = [:]
        for step in steps {
            let scores = step["rewards"]?.arrayValue?.map(\.doubleValue) ?? []
            var inputs = OutcomeInputs(scores_N: scores, groups: GroupIndex(sizes: scores.map { _ in 1 }))
            inputs.domains_N = step["domains"]?.arrayValue?.compactMap(\.stringValue) ?? []
            inputs.pastMoments = moments
            let found = try estimator.advantages(inputs)
            moments = found.moments
            for (one, other) in zip(found.values_N, step["advantages"]?.arrayValue ?? []) {
                let expected = other.doubleValue
                #expect(
                    (one == nil) == (expected == nil)
                        && abs((one ?? 0) - (expected ?? 0)) <= 1e-9 * max(1, abs(expected ?? 0)), "\(line.prefix(300))"
                )
            }
        }
    }

    /// Cases of scripts/peer_vectors.py; `make test-peers` writes them.
    @Test(.enabled(if: ProcessInfo.processInfo.environment["ASSAY_PEER_VECTORS"] != nil, "run make test-peers"))
    func peersAgree() throws {
        let path = ProcessInfo.processInfo.environment["ASSAY_PEER_VECTORS"] ?? ""
        let lines = try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n")
        var counts: [String: Int] = [:]
        for line in lines {
            let json = try JSONValue(parsing: line.utf8)
            let name = try #require(json["preset"]?.stringValue)
            func numbers(_ key: String) -> [Double] { json[key]?.arrayValue?.compactMap(\.doubleValue) ?? [] }
            let groups = GroupIndex(sizes: numbers("sizes").map { Int($0) })
            var estimator = try AdvantageEstimator.preset(name)
            if let temperature = json["temperature"]?.doubleValue { estimator.temperature = temperature }
            let found: [Double?]
            if let steps = json["steps"]?.arrayValue {
                try expectSteps(steps, estimator, line)
                counts[name, default: 0] += 1
                continue
            }
            if let components = json["components"]?.arrayValue {
                let rows = components.map { $0.arrayValue?.map(\.doubleValue) ?? [] }
                found = try estimator.advantages(
                    components: ComponentScores(values_NJ: rows, weights_J: numbers("weights")), groups: groups
                ).values_N
            } else if json["values"] != nil {
                estimator.lengthAlpha = json["alpha"]?.doubleValue
                var tokens = TokenInputs(layout: try TokenLayout(lengths_N: numbers("lengths").map { Int($0) }))
                tokens.values_T = numbers("values")
                let inputs = OutcomeInputs(scores_N: numbers("rewards"), groups: groups)
                found = try estimator.tokenAdvantages(inputs, tokens: tokens).advantages_T
            } else {
                found = try estimator.advantages(OutcomeInputs(scores_N: numbers("rewards"), groups: groups)).values_N
            }
            let expected = numbers("advantages")
            #expect(found.count == expected.count)
            for (one, other) in zip(found, expected) {
                #expect(abs((one ?? .nan) - other) <= 1e-9 * max(1, abs(other)), "\(name): \(line.prefix(300))")
            }
            counts[name, default: 0] += 1
        }
        #expect(!counts.isEmpty && counts.values.allSatisfy { $0 >= 200 }, "\(counts)")
    }
}
