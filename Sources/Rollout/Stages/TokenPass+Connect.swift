public import Experience

extension TokenPass {
    /// Probes the server at `url` and makes a pass over the run's completions; errors as of `RolloutEngine.connect`.
    public static func connect(
        _ quantity: TokenQuantity, url: String, store: Store, run: Run, options: RolloutOptions
    ) async throws -> TokenPass {
        try FileDescriptors.reserve(options.concurrency)
        let driver = try CurlDriver(maxConnections: options.concurrency + 16, settings: options.httpSettings)
        let endpoint = try await ServerProbe(driver: driver, timeout: min(options.connectTimeout, 10))
            .endpoint(url, headers: options.headerLines())
        let scorer = try TokenScorer(quantity, driver: driver, endpoint: endpoint, timeouts: options.timeouts)
        return TokenPass(
            quantity, store: store, run: run, scorer: scorer, concurrency: options.concurrency,
            retry: RetryPolicy(attempts: options.attempts))
    }
}
