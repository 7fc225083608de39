public import Experience

/// A verifier that reads the gold before the completion and never waits: judging any completion tells whether the gold
/// can be read.
public protocol GoldFirstVerifier: Verifier {
    /// Whether the gold is itself an answer, which its verifier must then judge correct.
    var goldIsAnswer: Bool { get }
}

extension GoldFirstVerifier {
    /// Most golds say something about answers.
    public var goldIsAnswer: Bool { false }

    /// What judging a made answer, and then the gold itself, says of the gold.
    public func goldFault(of problem: Problem) async -> GoldFault? {
        let made = VerificationItem(problem: problem, completion: Completion(text: "\\boxed{0}"))
        let verdict = await verify(made)
        if verdict.outcome == .verifierError {
            let kind: GoldFault.Kind = problem.answer == nil && needsAnswer ? .absent : .unreadable
            return GoldFault(kind, verdict.explanation ?? verdict.reason)
        }
        guard goldIsAnswer, let gold = problem.answer else { return nil }
        for statement in SeedProblem.statements {
            let own = VerificationItem(problem: problem, completion: Completion(text: statement.render(gold)))
            if await verify(own).outcome == .correct { return nil }
        }
        return GoldFault(.notEqualToItself, "its own text, given as the answer, is not judged correct")
    }
}

extension ExactVerifier: GoldFirstVerifier {
    /// Texts compare with texts.
    public var goldIsAnswer: Bool { true }
}
extension ChoiceVerifier: GoldFirstVerifier {
    /// Choices compare with choices.
    public var goldIsAnswer: Bool { true }
}
extension TextVerifier: GoldFirstVerifier {
    /// Texts compare with texts.
    public var goldIsAnswer: Bool { true }
}
extension NumericVerifier: GoldFirstVerifier {
    /// Numbers compare with numbers.
    public var goldIsAnswer: Bool { true }
}
extension RegexVerifier: GoldFirstVerifier {}
extension JSONVerifier: GoldFirstVerifier {}
extension ClassificationVerifier: GoldFirstVerifier {}
extension RankingVerifier: GoldFirstVerifier {}
extension CitationVerifier: GoldFirstVerifier {}
extension GroundingVerifier: GoldFirstVerifier {}
extension CountdownVerifier: GoldFirstVerifier {}
extension SudokuVerifier: GoldFirstVerifier {}
extension ZebraVerifier: GoldFirstVerifier {}
extension PatchVerifier: GoldFirstVerifier {}
extension IFEvalVerifier: GoldFirstVerifier {}
