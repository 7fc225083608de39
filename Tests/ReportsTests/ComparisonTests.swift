import Experience
import Optim
import Reports
import Testing

@Suite struct ComparisonTests {
    @Test func aRunAgainstItselfDoesNotDiffer() async throws {
        let fixture = try StoreFixture()
        let run = try await fixture.run("a", right: [4, 2, 0, 1])
        let side = try await StoreReport(store: fixture.store, run: run).side()
        let comparison = try Comparison.make(side, side)
        #expect(comparison.conclusion.hasPrefix("no difference"))
        #expect(comparison.difference.signTest == nil && comparison.crossing == nil)
        #expect(comparison.gained.isEmpty && comparison.lost.isEmpty)
        #expect(comparison.entropyDifference == 0)
    }

    @Test func gainsLossesAndSignTestAreCounted() async throws {
        let fixture = try StoreFixture()
        let before = try await fixture.run("before", right: [0, 0, 0, 0, 4, 1, 2])
        let after = try await fixture.run("after", right: [4, 4, 4, 4, 0, 1, 2], entropy: 0.25)
        let comparison = try Comparison.make(
            try await StoreReport(store: fixture.store, run: before).side(),
            try await StoreReport(store: fixture.store, run: after).side())
        #expect(comparison.gained.map(\.problem) == ["d/p0", "d/p1", "d/p2", "d/p3"])
        #expect(comparison.lost.map(\.problem) == ["d/p4"])
        #expect(comparison.lost[0].first == "4/4" && comparison.lost[0].second == "0/4")
        // Binomial(5, 1/2): two-sided chance of a split at least as uneven as 4 to 1.
        let p = try #require(comparison.difference.signTest)
        #expect(abs(p - 0.375) < 1e-12)
        #expect(comparison.support.preserved == 2)
        #expect(abs((comparison.entropyDifference ?? 0) + 0.25) < 1e-6)
        let page = HTMLComparison.render(comparison)
        #expect(page.contains("SIMULATED") && page.contains("<h2>Entropy</h2>"))
        #expect(TerminalComparison.render(comparison).contains("gained"))
    }

    /// Two policies, by how many of four completions of each problem are right.
    private static func compared(_ first: [Int], _ second: [Int]) throws -> Comparison {
        func side(_ right: [Int], _ path: String) -> ComparisonSide {
            var side = ComparisonSide(source: Source(path: path))
            for (problem, count) in right.enumerated() {
                for index in 0..<4 {
                    side.add(Sample(group: "\(problem)", verdict: index < count ? .correct() : .incorrect()))
                }
            }
            return side
        }
        return try Comparison.make(side(first, "a"), side(second, "b"))
    }

    @Test func theConclusionIsOneSentence() throws {
        let few = (0..<20).map { $0 % 2 }
        let many = few.map { $0 + 3 }
        let better = try Self.compared(few, many)
        #expect(better.conclusion.hasPrefix("the second is better: pass@1 +75.0 percentage points (95 % +"))
        let worse = try Self.compared(many, few).conclusion
        #expect(worse.hasPrefix("the first is better: pass@1 -75.0 percentage points (95 % -"), "\(worse)")
        let one = try Self.compared(few, [1] + few.dropFirst())
        #expect(one.conclusion.hasPrefix("no clear difference: pass@1 +1.2 percentage points (95 % -"))
        let short = try Self.compared([0, 1], [1, 1])
        #expect(short.conclusion.hasPrefix("too few problems to tell: pass@1 +12.5 percentage points on 2 problems, "))
        #expect(try Self.compared(few, few).conclusion == "no difference: equal on every common problem")
        // Where several stand on a page, each is judged by what the others leave of it.
        #expect(Comparison.adjusted([one])[0].conclusion == one.conclusion)
        let both = Comparison.adjusted([better, one]).map(\.conclusion)
        #expect(both[0].hasPrefix("the second is better") && both[1].hasPrefix("no clear difference"))
        #expect(both.allSatisfy { $0.hasSuffix(" by Holm for 2 comparisons") }, "\(both)")
    }

    @Test func curvesThatCrossSayWhere() throws {
        var first = ComparisonSide(source: Source(path: "a"))
        var second = ComparisonSide(source: Source(path: "b"))
        // The first is always right on half of the problems; the second sometimes right on all.
        for problem in 0..<4 {
            for index in 0..<4 {
                first.add(Sample(group: "\(problem)", verdict: problem < 2 ? .correct() : .incorrect()))
                second.add(Sample(group: "\(problem)", verdict: index == 0 ? .correct() : .incorrect()))
            }
        }
        let comparison = try Comparison.make(first, second)
        #expect(comparison.crossing == 4)
        // Neither has an entropy, and nobody simulated them.
        let page = HTMLComparison.render(comparison)
        #expect(!page.contains("<h2>Entropy</h2>") && !page.contains("SIMULATED"))
        #expect(!TerminalComparison.render(comparison).contains("SIMULATED"))
    }

    @Test func withoutCommonProblemsItRefusesSayingWhy() async throws {
        let fixture = try StoreFixture()
        let one = try await StoreReport(store: fixture.store, run: try await fixture.run("a", right: [1])).side()
        let other = try await StoreReport(
            store: fixture.store, run: try await fixture.run("b", right: [1], dataset: "other")
        ).side()
        let error = #expect(throws: ComparisonError.self) { try Comparison.make(one, other) }
        #expect(error?.description.contains("'d/p0'") == true && error?.description.contains("'other/p0'") == true)
    }
}
