import Optim
import Testing

@Suite struct MeanIntervalTests {
    /// Clopper and Pearson's figures, one completion each (scipy.stats.beta).
    @Test(arguments: [
        (4, 5, 0.2835820638819105, 0.9949492366205319), (9, 10, 0.5549838829718047, 0.9974714214555382),
        (1, 10, 0.0025285785444617848, 0.4450161170281954), (19, 20, 0.7512672372279722, 0.9987349105020502),
        (0, 5, 0, 0.5218237501049814), (5, 5, 0.4781762498950185, 1),
    ])
    func oneCompletionEachIsExact(_ c: Int, _ n: Int, _ lower: Double, _ upper: Double) throws {
        let values = (0..<n).map { $0 < c ? 1.0 : 0 }
        let interval = try #require(try MeanInterval.of(values).get().interval)
        #expect(abs(interval.lower - lower) < 1e-9 && abs(interval.upper - upper) < 1e-9)
    }

    /// The same kind at 1, just below it, and where all problems are equal: no end jumps, none claims certainty.
    @Test func nothingJumps() throws {
        func interval(_ values: [Double]) throws -> Interval {
            try #require(try MeanInterval.of(values).get().interval)
        }
        let all = try interval([1, 1, 1, 1, 1])
        let one = try interval([1, 1, 1, 1, 15.0 / 16])
        #expect(all.upper == 1 && one.upper < 1 && one.upper > 0.99)
        #expect(one.lower < 0.85 && one.lower > all.lower && one.lower - all.lower < 0.3)
        let equal = try interval([0.5, 0.5, 0.5, 0.5, 0.5])
        #expect(equal.lower < 0.4 && equal.upper > 0.6 && abs(equal.lower + equal.upper - 1) < 1e-9)
        let four = try interval([1, 1, 1, 1, 0])
        #expect(four.upper < 1 && four.lower < 0.3)
    }

    @Test func fewProblemsHaveNoInterval() throws {
        let four = try MeanInterval.of([1, 0, 1, 1]).get()
        #expect(four.interval == nil && four.mean == 0.75 && four.standardError != nil)
        #expect(try MeanInterval.of([]).reason == .noData)
        #expect(throws: OptimError.self) { try MeanInterval.of([0, 1.5]) }
        // Ten problems on two texts are two draws.
        let clusters = (0..<10).map { $0 / 5 }
        #expect(try MeanInterval.of([1, 1, 1, 1, 1, 0, 0, 0, 0, 0], clusters_P: clusters).get().interval == nil)
    }

    @Test func problemsOfOneTextAreWorthLess() throws {
        let values = (0..<60).map { Double(($0 / 3) % 2) }
        let alone = try MeanInterval.of(values).get()
        let together = try MeanInterval.of(values, clusters_P: values.indices.map { $0 / 3 }).get()
        // Twenty texts of three equal answers are twenty trials.
        let twenty = try MeanInterval.of((0..<20).map { Double($0 % 2) }).get()
        let (one, three, exact) = (
            try #require(alone.interval), try #require(together.interval), try #require(twenty.interval)
        )
        #expect(three.width > 1.5 * one.width)
        #expect(abs(three.lower - exact.lower) < 1e-6 && abs(three.upper - exact.upper) < 1e-6)
        #expect(try abs(#require(together.standardError) - #require(twenty.standardError)) < 1e-12)
    }
}

@Suite struct ClaimTests {
    /// Wins, losses and ties of one completion each; a claim is right only where the exact sign test says so.
    @Test(arguments: [
        (1, 0, 0, 1.0, false), (2, 0, 0, 0.5, false), (3, 0, 0, 0.25, false), (5, 0, 0, 0.0625, false),
        (6, 0, 0, 0.03125, true), (4, 0, 16, 0.125, false), (6, 0, 14, 0.03125, true),
        (10, 2, 20, 0.03857421875, true), (0, 6, 14, 0.03125, true),
    ])
    func claimsNeedEvidence(_ wins: Int, _ losses: Int, _ ties: Int, _ p: Double, _ isClear: Bool) throws {
        let first = (0..<wins).map { _ in 0.0 } + (0..<losses).map { _ in 1.0 } + (0..<ties).map { Double($0 % 2) }
        let second = (0..<wins).map { _ in 1.0 } + (0..<losses).map { _ in 0.0 } + (0..<ties).map { Double($0 % 2) }
        let paired = try PairedComparison.compare(first_P: first, second_P: second).get()
        #expect(try abs(#require(paired.permutationTest) - p) < 1e-9)
        #expect(paired.isClear == isClear)
        #expect((paired.difference.interval == nil) == (wins + losses + ties < MeanInterval.fewest))
    }

    /// All signs of six differences by hand: sums of sizes 1 to 6, all positive: 2 of 64 are as extreme, and count half.
    @Test func sizesCount() throws {
        #expect(try SignFlipTest.pValue([1, 2, 3, 4, 5, 6].map { $0 / 16 }) == 1.0 / 64)
        #expect(try SignFlipTest.pValue([0, 0]) == nil)
        // Five small losses do not outweigh large gains, which a sign test would have them do.
        let p = try #require(try SignFlipTest.pValue([-0.01, -0.01, -0.01, 0.9, 0.8, 0.9, 0.7, 0.8, 0.9, 1]))
        #expect(p < 0.02)
        let many = (0..<200).map { Double($0 % 7 - 3) / 8 + 0.125 }
        #expect(try SignFlipTest.pValue(many) == SignFlipTest.pValue(many))
        #expect(try #require(try SignFlipTest.pValue(many)) < 0.001)
    }

    @Test func pairingIsToldByItsCorrelation() throws {
        let first = (0..<20).map { Double($0 % 5) / 4 }
        let paired = try PairedComparison.compare(first_P: first, second_P: first.map { min(1, $0 + 0.1) }).get()
        #expect(try #require(paired.correlation) > 0.95)
        #expect(try #require(paired.smallestDetectable) > 2.8 * #require(paired.difference.standardError))
        let equal = try PairedComparison.compare(first_P: first, second_P: first).get()
        #expect(!equal.isClear && equal.permutationTest == nil)
        let interval = try #require(equal.difference.interval)
        #expect(interval.lower < -0.1 && interval.upper > 0.1)
    }

    @Test func clustersAreComparedAsOne() throws {
        let first = [Double](repeating: 0, count: 30)
        let second = (0..<30).map { $0 < 15 ? 1.0 : 0 }
        #expect(try PairedComparison.compare(first_P: first, second_P: second).get().isClear)
        let texts = (0..<30).map { $0 / 5 }
        let paired = try PairedComparison.compare(first_P: first, second_P: second, clusters_P: texts).get()
        #expect(try !paired.isClear && abs(#require(paired.permutationTest) - 0.25) < 1e-12)
    }
}
