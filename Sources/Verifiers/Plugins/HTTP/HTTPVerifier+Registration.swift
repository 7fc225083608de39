import JSON

extension HTTPVerifier {
    /// Adds it as "http", asking through `poster`.
    public static func register(
        in registry: inout VerifierRegistry, poster: @escaping @Sendable () throws -> any HTTPPoster
    ) {
        registry.register(
            "http", summary: "a reward server: our own protocol, NeMo-Gym's or OpenRLHF's",
            options: [
                ("url", "the endpoint, for example http://127.0.0.1:8080/v1/verify"),
                ("protocol", "assay, nemo_gym or openrlhf (assay)"),
                ("verifier", "the remote verifier's name, for protocol assay"),
                ("name", "what the verifier is called in verdicts (http)"),
                ("revision", "part of the version; change it when the service changes"),
                ("api_key_env", "environment variable with the bearer token"),
                ("timeout_s", "longest wait for an answer (60)"),
                ("attempts", "requests at most for the same items (4)"),
                ("concurrency", "requests at the same time (16)"),
                ("batch", "items per request, where the protocol takes several (64)"),
                ("correct_at", "the score from which an answer without outcome is correct (1)"),
            ]
        ) { json in
            let reader = OptionsReader(json)
            guard let url = try reader.string("url"), url.hasPrefix("http://") || url.hasPrefix("https://") else {
                throw VerifierOptionsError(key: "url", "expected a URL, for example http://127.0.0.1:8080/v1/verify")
            }
            var options = Options(url: url)
            options.speaks = try reader.choice("protocol", default: options.speaks)
            options.verifier = try reader.string("verifier")
            options.name = try reader.string("name") ?? options.name
            options.revision = try reader.string("revision") ?? options.revision
            options.headers = try reader.keyHeaders()
            options.timeout = try reader.double("timeout_s", default: options.timeout, in: 0.01...86_400)
            options.attempts = try reader.int("attempts", default: options.attempts, in: 1...20)
            options.concurrency = try reader.int("concurrency", default: options.concurrency, in: 1...1024)
            options.batch = try reader.int("batch", default: options.batch, in: 1...65_536)
            options.correctAt = try reader.double("correct_at", default: options.correctAt, in: -1e300...1e300)
            return HTTPVerifier(options, poster: try poster())
        }
    }
}
