public import Experience
internal import Glibc

extension RolloutEngine {
    /// Checks the options, probes every endpoint and makes an engine. Throws `ConfigProblem`, `ProbeError`
    /// or `TransportError`; nothing was sampled then.
    public static func connect(
        options: RolloutOptions, sampling: SamplingParameters, seed: UInt64
    ) async throws -> RolloutEngine {
        try options.validate()
        try sampling.validate()
        try FileDescriptors.reserve(options.concurrency)
        let driver = try CurlDriver(maxConnections: options.concurrency + 16)
        let headers = try APIKey.headers(from: options.apiKeyEnv)
        let probe = ServerProbe(driver: driver, timeout: min(options.connectTimeout, 10))
        var endpoints: [Endpoint] = []
        for url in options.endpoints {
            endpoints.append(
                try await probe.endpoint(
                    url, model: options.model, server: options.server, api: options.api, headers: headers))
        }
        return RolloutEngine(
            driver: driver, endpoints: endpoints, sampling: sampling, seed: seed, options: options)
    }
}

extension RolloutOptions {
    /// What answers at each endpoint, asked as `RolloutEngine.connect` asks. Throws `ConfigProblem`.
    public func probe() async throws -> [(url: String, answer: Result<Endpoint, ProbeError>)] {
        let probe = ServerProbe(driver: try CurlDriver(maxConnections: 4), timeout: min(connectTimeout, 10))
        let headers = try APIKey.headers(from: apiKeyEnv)
        var answers: [(url: String, answer: Result<Endpoint, ProbeError>)] = []
        for url in endpoints {
            do throws(ProbeError) {
                let found = try await probe.endpoint(url, model: model, server: server, api: api, headers: headers)
                answers.append((url, .success(found)))
            } catch {
                answers.append((url, .failure(error)))
            }
        }
        return answers
    }
}

/// The process's limit of open files.
enum FileDescriptors {
    /// Raises the soft limit so that `connections` sockets fit beside what else is open; throws with the number that
    /// would fit when the hard limit is too low.
    static func reserve(_ connections: Int) throws {
        let others = 128
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return }
        let wanted = rlim_t(connections + others)
        if limit.rlim_cur >= wanted { return }
        guard limit.rlim_max >= wanted else {
            let fitting = max(1, Int(limit.rlim_max) - others)
            throw ConfigProblem(
                "concurrency",
                "\(connections) needs \(wanted) open files, the limit is \(limit.rlim_max); set it to at most \(fitting)"
                    + " or raise ulimit -n")
        }
        limit.rlim_cur = wanted
        _ = setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    }
}
