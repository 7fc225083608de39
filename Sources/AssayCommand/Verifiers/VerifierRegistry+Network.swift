import Verifiers

extension VerifierRegistry {
    /// The verifiers that commands can name.
    @TaskLocal static var ofCommands = VerifierRegistry.standard.withNetwork

    /// These verifiers and those that need a network client, which the command has and the verifiers do not.
    var withNetwork: VerifierRegistry {
        var registry = self
        HTTPVerifier.register(in: &registry) { try CurlPoster() }
        JudgeVerifier.register(in: &registry) { try ServerTextGenerator($0) }
        CombinedVerifier.registerMathWithJudge(in: &registry)
        return registry
    }
}
