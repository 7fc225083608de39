public import Experience

/// A verifier that reads the gold before the completion and never waits: judging any completion tells whether the gold
/// can be read.
public protocol GoldFirstVerifier: Verifier {}

extension GoldFirstVerifier {
    /// What judging a made answer says of the gold.
    public func goldFault(of problem: Problem) async -> String? {
        let made = VerificationItem(problem: problem, completion: Completion(text: "\\boxed{0}"))
        let verdict = await verify(made)
        return verdict.outcome == .verifierError ? verdict.explanation ?? verdict.reason : nil
    }
}

extension MathVerifier: GoldFirstVerifier {}
extension ExactVerifier: GoldFirstVerifier {}
extension ChoiceVerifier: GoldFirstVerifier {}
extension RegexVerifier: GoldFirstVerifier {}
extension TextVerifier: GoldFirstVerifier {}
extension NumericVerifier: GoldFirstVerifier {}
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
