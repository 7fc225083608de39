import Experience
import Foundation
import Optim
import Testing

@Suite struct StatisticsTests {
    @Test func undefinedIsNullWithAReason() throws {
        #expect(PassAtK.unbiased(n: 4, c: 1, k: 8) == .failure(.tooFewSamples))
        #expect(PassAtK.unbiased(n: 0, c: 0, k: 1) == .failure(.noData))
        #expect(PassAtK.generalised(n: 4, c: 1, k: 5, tau: 0.5) == .failure(.tooFewSamples))
        #expect(try Bootstrap.mean(of: []).reason == .noData)
        #expect(BinomialInterval.wilson(c: 0, n: 0).reason == .noData)
        #expect(AnswerEntropy.of([String?]([nil, nil])).reason == .noData)
        #expect(SupportShift(preserved: 0, gained: 0, lost: 0, outOfReach: 3).retention.reason == .zeroDenominator)
        #expect(try EntropyRewardFit.fit(entropies: [1, 1], rewards: [0, 1]).reason == .degenerate)
        let empty = try TokenLayout(mask_NT: [[false, false]])
        #expect(try LossAggregation.tokenMean.aggregate([1, 2], layout: empty).reason == .noTrainableTokens)
        #expect(GroupMix(groups: []).mixedShare.reason == .noData)
    }

    /// Three of ten as in Clopper and Pearson's charts, and the ends, where the other bound is a power.
    @Test func theExactIntervalLeavesHalfOfTheRestOnEachSide() throws {
        let some = try BinomialInterval.clopperPearson(c: 3, n: 10).get()
        #expect(abs(some.lower - 0.0667395) < 1e-6 && abs(some.upper - 0.6524529) < 1e-6)
        let none = try BinomialInterval.clopperPearson(c: 0, n: 4, level: 0.9).get()
        #expect(none.lower == 0 && abs(none.upper - (1 - pow(0.05, 0.25))) < 1e-9)
        let all = try BinomialInterval.clopperPearson(c: 4, n: 4, level: 0.9).get()
        #expect(all.upper == 1 && abs(all.lower - pow(0.05, 0.25)) < 1e-9)
    }

    @Test func passAtKIsExactForLargeN() throws {
        // 1 - C(n-1, k)/C(n, k) = k/n.
        #expect(try abs(PassAtK.unbiased(n: 100_000, c: 1, k: 12_345).get() - 0.12345) < 1e-12)
        #expect(try PassAtK.unbiased(n: 100_000, c: 99_999, k: 2).get() == 1)
        #expect(try PassAtK.unbiased(n: 100_000, c: 0, k: 99_999).get() == 0)
        var last = 0.0
        for k in 1...64 {
            let value = try PassAtK.unbiased(n: 64, c: 3, k: k).get()
            #expect(value >= last)
            last = value
        }
    }

    @Test func majorityOfAllSamplesIsTheVote() throws {
        let answers: [String?] = ["a", "b", "a", nil, "b", "c"]
        let vote = try MajorityAtK(answers_N: answers, isRight_N: answers.map { $0 == "b" })
        #expect(try abs(vote.expected(k: 6).get() - 0.5) < 1e-12)
        #expect(try vote.expected(k: 6, ties: .firstSeen).get() == 0)
        #expect(vote.expected(k: 7).reason == .tooFewSamples)
    }

    @Test(arguments: [1, 2, 3, 7, 64, 1319])
    func bootstrapDrawsByRemainder(count: Int) throws {
        let values_P = (0..<count).map { Double($0 * $0 % 17) }
        var random = SplitMix64(seed: 5)
        let means = (0..<50).map { _ in
            (0..<count).map { _ in values_P[Int(random.next() % UInt64(count))] }.reduce(0, +) / Double(count)
        }.sorted()
        let mean = try #require(try Bootstrap.mean(of: values_P, resamples: 50, level: 0.98, seed: 5).value)
        #expect(abs(mean.interval.lower - (means[0] + 0.49 * (means[1] - means[0]))) < 1e-12)
        #expect(abs(mean.interval.upper - (means[48] + 0.51 * (means[49] - means[48]))) < 1e-12)
    }

    @Test func bootstrapRepeatsForASeedAndRefusesNaN() throws {
        let values = [0.0, 1, 1, 0, 0.5]
        #expect(try Bootstrap.mean(of: values, seed: 3) == Bootstrap.mean(of: values, seed: 3))
        #expect(throws: OptimError.self) { try Bootstrap.mean(of: [0, .nan]) }
        #expect(try Bootstrap.mean(of: [-1.7e308, 1e308, 3]).reason == .tooLarge)
        #expect(try Bootstrap.mean(of: [1e200, 1, 3]).reason == .tooLarge)
    }

    @Test func pairedRunsShareTheirProblems() throws {
        let first = [0.0, 0.25, 0.5, 0.5, 1]
        let paired = try PairedComparison.compare(first_P: first, second_P: first.map { min(1, $0 + 0.25) }).get()
        #expect(paired.wins == 4 && paired.ties == 1 && paired.losses == 0)
        #expect(abs(paired.difference.mean - 0.2) < 1e-12)
        #expect(try #require(paired.difference.interval).lower > 0)
        // Two-sided: 2 * (1/2)^4.
        #expect(abs((paired.signTest ?? 0) - 0.125) < 1e-12)
        #expect(throws: OptimError.self) { try PairedComparison.compare(first_P: [1], second_P: []) }
    }

    @Test func packedEntropyTakesRowsOfAnyWidth() throws {
        let (width, size) = (5000, 6000)
        let rows = (0..<3 * width).map { Float(-9 - Double($0 % 7) / 8) }
        let packed = try TokenEntropy.intervals(topLogprobs_TK: rows, width: width, vocabularySize: size)
        for position in 0..<3 {
            let row = rows[position * width..<(position + 1) * width].map { Double($0) }
            let exact = try TokenEntropy.interval(topLogprobs: row, vocabularySize: size).interval
            #expect(abs(packed.lower_T[position] - exact.lower) < 2e-6)
            #expect(abs(packed.upper_T[position] - exact.upper) < 2e-6)
        }
    }

    @Test(arguments: KLEstimator.Form.allCases) func KLRefusesWhatIsNotFinite(form: KLEstimator.Form) throws {
        for bad in [Double.nan, .infinity, -.infinity] {
            #expect {
                try KLEstimator(form).values(logprobs_T: [-1, bad, -2], reference_T: [-1, -1, -1])
            } throws: { "\($0)".contains("token 1") }
        }
        let values = try KLEstimator(verl: "k3").values(logprobs_T: [-30, -1, -1], reference_T: [-1, -1.5, -1])
        #expect(values[0] == 10 && abs(values[1] - (exp(-0.5) - 0.5)) < 1e-14 && values[2] == 0)
    }

    @Test func packedEntropyAgreesWithTheExactOne() throws {
        var random = SplitMix64(seed: 5)
        for width in [1, 2, 5, 20] {
            var rows: [[Double]] = []
            for _ in 0..<130 {
                var logprob = -0.7 - Double(random.next() % 100) / 100
                rows.append(
                    (0..<width).map { _ in
                        defer { logprob -= 0.8 + Double(random.next() % 200) / 100 }
                        return Double(Float(logprob))
                    })
            }
            let packed = try TokenEntropy.intervals(
                topLogprobs_TK: rows.flatMap { $0.map { Float($0) } }, width: width, vocabularySize: 1000)
            for (index, row) in rows.enumerated() {
                let exact = try TokenEntropy.interval(topLogprobs: row, vocabularySize: 1000).interval
                #expect(abs(packed.lower_T[index] - exact.lower) < 2e-6)
                #expect(abs(packed.upper_T[index] - exact.upper) < 2e-6)
            }
        }
    }

    @Test func packedEntropyTakesPaddingAndRefusesNonsense() throws {
        let bounds = try TokenEntropy.intervals(
            topLogprobs_TK: [-1, -1.5, -2, -0.5, -.infinity, -.infinity], width: 3, vocabularySize: 10)
        let short = try TokenEntropy.interval(topLogprobs: [-0.5], vocabularySize: 10).interval
        #expect(bounds.lower_T[1] == short.lower && bounds.upper_T[1] == short.upper)
        for bad: Float in [.nan, 1, .infinity] {
            #expect(throws: OptimError.self) {
                try TokenEntropy.intervals(topLogprobs_TK: [-0.5, bad], width: 2, vocabularySize: 10)
            }
        }
    }

    @Test func groupsAreCountedByWhatTheyTeach() {
        let mix = GroupMix(groups: [[1, 1], [0, 0], [0, 1], [nil, nil], [0.1, 0.1, 0.1]])
        #expect(mix.allGood == 1 && mix.allBad == 2 && mix.mixed == 1 && mix.unscored == 1)
        #expect(mix.mixedShare.value == 0.25)
    }

    @Test func positionsAreBinned() throws {
        let layout = try TokenLayout(lengths_N: [4, 2])
        let profile = try PositionProfile(values_T: [1, 2, 3, 4, 5, 6], layout: layout, bins: 2)
        #expect(profile.width == 2 && profile.counts == [4, 2])
        #expect(profile.means == [3.5, 3.5])
    }
}
