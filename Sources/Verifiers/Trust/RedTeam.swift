public import Experience

/// Tries reward hacks on a verifier and says which it paid for.
public struct RedTeam: Sendable {
    /// What came of one kind of hack.
    public struct Finding: Sendable {
        /// The hack.
        public var hack: RewardHack
        /// Responses tried.
        public var tried = 0
        /// Judged correct, with what was paid for.
        public var paid: [(problem: SeedProblem, response: String, verdict: Verdict)] = []
        /// Neither paid nor refused: the verifier itself failed.
        public var failures: [(response: String, verdict: Verdict)] = []
    }

    /// By hack.
    public private(set) var findings: [Finding] = []
    /// The problems and statements that were used: those whose honest right answer is paid.
    public private(set) var usedSeeds = 0

    /// Kinds of hacks that were paid at least once.
    public var holes: [Finding] { findings.filter { !$0.paid.isEmpty } }

    /// Attacks `verifier`, with numbers of `seed` for formulas, over the problems it can judge. Without any, `usedSeeds` is 0 and nothing is known.
    public init(
        _ verifier: any Verifier,
        seeds: [SeedProblem] = SeedProblem.numbers + SeedProblem.choices + SeedProblem.texts,
        formulas: [FormulaTwins] = FormulaTwins.all, seed: UInt64 = 0
    ) async {
        // A verifier that pays the honest answer in no statement of a problem is not made for that kind of problem.
        var pairs: [(SeedProblem, @Sendable (String) -> String)] = []
        for seed in seeds {
            let honest = await verifier.verdicts(of: SeedProblem.statements.map { seed.item($0.render(seed.gold)) })
            for (statement, verdict) in zip(SeedProblem.statements, honest) where verdict.outcome == .correct {
                pairs.append((seed, statement.render))
            }
        }
        usedSeeds = pairs.count
        for hack in RewardHack.all {
            var finding = Finding(hack: hack)
            for (seed, state) in pairs {
                let responses = hack.responses(seed, state)
                let verdicts = await verifier.verdicts(of: responses.map { seed.item($0) })
                for (response, verdict) in zip(responses, verdicts) {
                    finding.tried += 1
                    if verdict.outcome == .correct { finding.paid.append((seed, response, verdict)) }
                    if !verdict.outcome.isScored { finding.failures.append((response, verdict)) }
                }
            }
            findings.append(finding)
        }
        for kind in formulas {
            if let finding = await Self.finding(kind, verifier, seed: seed) { findings.append(finding) }
        }
    }

    /// What came of a kind of twins; nil when the verifier pays none of its golds in another spelling: then it does not
    /// compare values, and what it pays says nothing.
    private static func finding(_ kind: FormulaTwins, _ verifier: any Verifier, seed: UInt64) async -> Finding? {
        var finding = Finding(hack: RewardHack(kind))
        for twin in kind.twins(seed: seed) {
            let problem = SeedProblem(question: "", gold: twin.gold, wrong: twin.wrong)
            let state = SeedProblem.statements[0].render
            let honest = await verifier.verdicts(of: [problem.item(state(twin.gold)), problem.item(state(twin.same))])
            guard honest.allSatisfy({ $0.outcome == .correct }) else { continue }
            let responses = twin.wrong.map(state) + twin.responses
            for (response, verdict) in zip(responses, await verifier.verdicts(of: responses.map { problem.item($0) })) {
                finding.tried += 1
                if verdict.outcome == .correct { finding.paid.append((problem, response, verdict)) }
                if !verdict.outcome.isScored { finding.failures.append((response, verdict)) }
            }
        }
        return finding.tried > 0 ? finding : nil
    }
}
