import Experience
import JSON
import Testing
import Verifiers

@Suite struct TrustTests {
    @Test func naivePatternHasHoles() async throws {
        let report = await RedTeam(try VerifierRegistry.standard.make("regex"), seeds: SeedProblem.numbers)
        #expect(report.usedSeeds == 12)
        #expect(report.holes.count >= 5, "\(report.holes.map(\.hack.name))")
    }

    @Test func choiceHasNone() async throws {
        let report = await RedTeam(try VerifierRegistry.standard.make("choice"), seeds: SeedProblem.choices)
        #expect(report.usedSeeds > 0)
        #expect(report.holes.isEmpty, "\(report.holes.map { ($0.hack.name, $0.paid.map(\.response)) })")
    }

    @Test func auditCounts() throws {
        var audit = Audit()
        for (label, verdict) in [
            (true, Verdict.correct()), (true, .incorrect()), (false, .correct()), (false, .incorrect()),
            (false, .noAnswer()), (true, .timeout()),
        ] {
            let row = JSONRow(["expected": .bool(label), "category": label ? "a" : "b"])
            let item = VerificationItem(problem: Problem(id: "1", fields: row), completion: Completion(text: ""))
            let hasLabel = audit.add(VerifiedRow(item: item, group: "1", verdict: verdict))
            #expect(hasLabel)
        }
        #expect(audit.counts.falsePositives == 1 && audit.counts.negatives == 3)
        #expect(audit.counts.falseNegatives == 1 && audit.counts.positives == 2 && audit.counts.failures == 1)
        #expect(audit.byCategory.map(\.category) == ["a", "b"] && audit.examples.count == 3)
    }

    @Test func kappa() {
        let agreement = Agreement(
            [.correct, .correct, .incorrect, .timeout], [.correct, .incorrect, .incorrect, .correct])
        #expect(agreement.both == 3 && agreement.agreed == 2 && agreement.firstOnly == 1)
        // po = 2/3, pe = 2/3 * 1/3 + 1/3 * 2/3 = 4/9.
        #expect(agreement.kappa.map { abs($0 - 0.4) < 1e-12 } == true)
        #expect(Agreement([.correct], [.correct]).kappa == nil)
    }

    @Test func contract() async throws {
        let check = await ContractCheck(try VerifierRegistry.standard.make("exact"), items: SeedProblem.samples)
        #expect(check.results.allSatisfy { $0.holds == true }, "\(check.results)")
    }
}
