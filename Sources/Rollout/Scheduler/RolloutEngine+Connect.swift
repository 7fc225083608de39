public import Experience
internal import Glibc
internal import Numbers

extension RolloutEngine {
    /// Checks the options, probes every endpoint and makes an engine. Throws `ConfigProblem`, `ProbeError`
    /// or `TransportError`; nothing was sampled then.
    ///
    /// Endpoints that are loading, and with `startup_timeout` all that are down, are waited for until one is ready; the others
    /// join when they are. `note` is told what is waited for.
    public static func connect(
        options: RolloutOptions, sampling: SamplingParameters, seed: UInt64,
        note: @escaping @Sendable (String) -> Void = { _ in }
    ) async throws -> RolloutEngine {
        try options.validate()
        try sampling.validate()
        try FileDescriptors.reserve(options.concurrency)
        let driver = try CurlDriver(maxConnections: options.concurrency + 16, settings: options.httpSettings)
        let headers = try options.headerLines()
        let probe = ServerProbe(driver: driver, timeout: min(options.connectTimeout, 10))
        var wanted = options.endpoints
        if let file = options.endpointsFile { wanted += EndpointList.urls(of: file).filter { !wanted.contains($0) } }
        var endpoints: [Endpoint] = []
        var late: [String] = []
        let start = MonotonicClock.seconds
        var told: Set<String> = []
        while true {
            var wait = 1.0
            late = []
            var first: ProbeError?
            for url in wanted where !endpoints.contains(where: { $0.address.root == ServerAddress(url).root }) {
                do throws(ProbeError) {
                    endpoints.append(
                        try await probe.endpoint(
                            url, model: options.model, server: options.server, api: options.api, headers: headers))
                } catch {
                    guard [.unreachable, .serverError].contains(error.kind) else { throw error }
                    late.append(url)
                    first = first ?? error
                    wait = max(wait, min(error.wait ?? 1, 30))
                    if error.isLoading, told.insert(url).inserted { note("waiting for \(error)") }
                }
            }
            if !endpoints.isEmpty || first == nil { break }
            guard let first else { break }
            let patience = options.startupTimeout ?? (first.isLoading ? 600 : 0)
            if MonotonicClock.seconds - start + wait > patience { throw first }
            if told.insert(first.description).inserted {
                note("waiting up to \(Int(clamping: patience)) s: \(first.description)")
            }
            try await Task.sleep(for: .seconds(wait))
        }
        for url in late { note("\(ServerAddress(url).shown) is not there yet; it joins when it is") }
        return RolloutEngine(
            driver: driver, endpoints: endpoints, sampling: sampling, seed: seed, options: options, late: late)
    }

    /// Probes an endpoint that is not in use; nil while it cannot be used.
    func probed(_ url: String) async -> Endpoint? {
        guard let headers = try? options.headerLines() else { return nil }
        let probe = ServerProbe(driver: driver, timeout: min(options.connectTimeout, 10))
        let model = options.model ?? endpoints.first?.model
        return try? await probe.endpoint(
            url, model: model, server: options.server, api: options.api, headers: headers)
    }
}

extension RolloutOptions {
    /// What answers at each endpoint, asked as `RolloutEngine.connect` asks. Throws `ConfigProblem`.
    public func probe() async throws -> [(url: String, answer: Result<Endpoint, ProbeError>)] {
        let probe = ServerProbe(
            driver: try CurlDriver(maxConnections: 4, settings: httpSettings), timeout: min(connectTimeout, 10))
        let headers = try headerLines()
        var answers: [(url: String, answer: Result<Endpoint, ProbeError>)] = []
        for url in endpoints {
            let shown = ServerAddress(url).shown
            do throws(ProbeError) {
                let found = try await probe.endpoint(url, model: model, server: server, api: api, headers: headers)
                answers.append((shown, .success(found)))
            } catch {
                answers.append((shown, .failure(error)))
            }
        }
        return answers
    }

    /// The header lines of every request: the key's, and `headers` with their environment variables. Throws `ConfigProblem`.
    public func headerLines() throws(ConfigProblem) -> [String] {
        var lines = try APIKey.headers(from: apiKeyEnv)
        for (name, value) in (headers ?? [:]).sorted(by: { $0.key < $1.key }) {
            let text = try EnvironmentText.filled(value, key: "headers.\(name)")
            lines.removeAll { $0.lowercased().hasPrefix(name.lowercased() + ":") }
            lines.append("\(name): \(text)")
        }
        return lines
    }

    var httpSettings: HTTPSettings {
        var settings = HTTPSettings()
        settings.certificates = ca
        settings.proxy = proxy
        settings.isHTTP2 = http2
        return settings
    }
}

/// The file of endpoints that a run follows: one URL a line, `#` begins a remark.
enum EndpointList {
    /// The URLs; none where the file cannot be read.
    static func urls(of path: String) -> [String] {
        guard let bytes = try? BoundedFile.bytes(of: path, most: 1 << 20) else { return [] }
        return String(decoding: bytes, as: UTF8.self).split(whereSeparator: \.isNewline)
            .map { $0.prefix { $0 != "#" } }
            .map { String($0.drop(while: \.isWhitespace)) }
            .map { String($0.prefix { !$0.isWhitespace }) }
            .filter { !$0.isEmpty }
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
