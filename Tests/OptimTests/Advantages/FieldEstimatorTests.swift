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

    /// The others of a success are three scores that differ by their rounding: a spread of 3e-17 is none, and divides nothing.
    @Test func roundingIsNoSpread() throws {
        let scores = [0.0, 0.3, 0.1 + 0.2, 0.3]
        let nemo = try AdvantageEstimator.preset("nemo").advantages(scores_G: scores).compactMap { $0 }
        #expect(abs(nemo[0] + 0.3) < 1e-12 && nemo.dropFirst().allSatisfy { abs($0 - 0.577350) < 1e-5 })
        let close = try AdvantageEstimator.preset("grpo@openrlhf").advantages(scores_G: [0.3, 0.1 + 0.2, 0.3])
        #expect(close.allSatisfy { abs($0 ?? 1) < 1e-6 })
        let near = try AdvantageEstimator.preset("maxrl").advantages(scores_G: [1, 1 + 1e-12])
        #expect(near.allSatisfy { abs($0 ?? 1) < 1e-12 })
        // A spread that is one divides, however small it is beside the scores.
        let small = try AdvantageEstimator.preset("grpo").advantages(scores_G: [1e6, 1e6 + 1e-4]).compactMap { $0 }
        #expect(abs(small[0] + 0.70) < 0.01)
    }

    /// Whole rewards clipped at the end, and tokens.
    @Test func advantagesAreClippedAtTheEnd() throws {
        var estimator = try AdvantageEstimator.preset("dr_grpo")
        estimator.advantageClip = 0.25
        #expect(try estimator.advantages(scores_G: [1, 0, nil, 0.5]) == [0.25, -0.25, nil, 0])
        estimator = try AdvantageEstimator.preset("reinforce++")
        (estimator.whitening, estimator.advantageClip, estimator.gamma) = (.none, 0.6, 0.5)
        let inputs = OutcomeInputs(scores_N: [1], groups: GroupIndex(sizes: [1]))
        let tokens = try estimator.tokenAdvantages(inputs, tokens: TokenInputs(layout: TokenLayout(lengths_N: [3])))
        #expect(tokens.advantages_T == [0.25, 0.5, 0.6])
        estimator.advantageClip = 0
        #expect(throws: OptimError.self) { try estimator.validate() }
    }

    /// Batch after batch, each with the moments that the last left behind.
    private func expectSteps(_ steps: [JSONValue], _ estimator: AdvantageEstimator, _ line: Substring) throws {
        var moments: [String: RunningMoments] = [:]
        var trackers: [String: SuccessTracker] = [:]
        for step in steps {
            let scores = step["rewards"]?.arrayValue?.map(\.doubleValue) ?? []
            var inputs = OutcomeInputs(scores_N: scores, groups: GroupIndex(sizes: scores.map { _ in 1 }))
            inputs.domains_N = step["domains"]?.arrayValue?.compactMap(\.stringValue) ?? []
            inputs.problems_N = step["problems"]?.arrayValue?.compactMap(\.stringValue) ?? []
            (inputs.pastMoments, inputs.pastTrackers) = (moments, trackers)
            let found = try estimator.advantages(inputs)
            (moments, trackers) = (found.moments, found.trackers)
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
            estimator.decay = json["decay"]?.doubleValue ?? estimator.decay
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
                estimator.positionLambda = json["position_lambda"]?.doubleValue
                (estimator.gamma, estimator.lambda) = (
                    json["gamma"]?.doubleValue ?? 1, json["lambda"]?.doubleValue ?? 1
                )
                let lengths_N = numbers("lengths").map { Int($0) }
                let mask_T = numbers("mask").map { $0 == 1 }
                var tokens = TokenInputs(
                    layout: mask_T.isEmpty
                        ? try TokenLayout(lengths_N: lengths_N) : try TokenLayout(lengths_N: lengths_N, mask_T: mask_T))
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
