extension VerifierRegistry {
    /// The verifiers that come with assay.
    public static var standard: VerifierRegistry {
        var registry = VerifierRegistry()
        MathVerifier.register(in: &registry)
        CodeVerifier.register(in: &registry)
        ExactVerifier.register(in: &registry)
        ChoiceVerifier.register(in: &registry)
        RegexVerifier.register(in: &registry)
        TextVerifier.register(in: &registry)
        NumericVerifier.register(in: &registry)
        FormatVerifier.register(in: &registry)
        LengthVerifier.register(in: &registry)
        RepetitionVerifier.register(in: &registry)
        IFEvalVerifier.register(in: &registry)
        JSONVerifier.register(in: &registry)
        ClassificationVerifier.register(in: &registry)
        RankingVerifier.register(in: &registry)
        CitationVerifier.register(in: &registry)
        GroundingVerifier.register(in: &registry)
        CountdownVerifier.register(in: &registry)
        SudokuVerifier.register(in: &registry)
        ZebraVerifier.register(in: &registry)
        PatchVerifier.register(in: &registry)
        SQLVerifier.register(in: &registry)
        ProofVerifier.register(in: &registry)
        RouteVerifier.register(in: &registry)
        CombinedVerifier.register(in: &registry)
        CommandVerifier.register(in: &registry)
        PythonFile.register(in: &registry)
        return registry
    }
}
