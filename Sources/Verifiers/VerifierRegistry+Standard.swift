extension VerifierRegistry {
    /// The verifiers that come with assay.
    public static var standard: VerifierRegistry {
        var registry = VerifierRegistry()
        MathVerifier.register(in: &registry)
        CodeVerifier.register(in: &registry)
        ExactVerifier.register(in: &registry)
        ChoiceVerifier.register(in: &registry)
        RegexVerifier.register(in: &registry)
        RouteVerifier.register(in: &registry)
        CommandVerifier.register(in: &registry)
        return registry
    }
}
