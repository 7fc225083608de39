internal import Experience
internal import JSON

/// Why an endpoint cannot be used; its description says what happened, where, and what to do.
public struct ProbeError: Error, Sendable, Hashable, CustomStringConvertible {
    /// What is wrong.
    public enum Kind: String, Sendable, Codable {
        /// No HTTP answer.
        case unreachable
        /// 401 or 403.
        case unauthorized
        /// An HTTP server without any known route.
        case unknownServer
        /// The server answers with 5xx.
        case serverError
        /// The model's name is missing or not served.
        case model
        /// The settings do not fit the server.
        case settings
    }

    /// What is wrong.
    public var kind: Kind
    /// One line.
    public var description: String
    /// Whether the server is there and not ready: it loads its model, or has too much to do.
    public var isLoading = false
    /// Seconds that it asks to wait.
    var wait: Double?

    init(kind: Kind, description: String) { (self.kind, self.description) = (kind, description) }
}

/// Finds out what answers at a URL and whether it serves the model.
public struct ServerProbe: Sendable {
    private let driver: CurlDriver
    private let timeouts: HTTPTimeouts

    /// A probe that waits at most `timeout` seconds per route.
    public init(driver: CurlDriver, timeout: Double = 10) {
        self.driver = driver
        var timeouts = HTTPTimeouts()
        timeouts.connect = timeout
        timeouts.firstByte = timeout
        timeouts.interChunk = timeout
        timeouts.total = timeout
        self.timeouts = timeouts
    }

    /// Probes `url`; `server`, `api` and `model` override what the server says, where given: with `server` and `model` both it
    /// need not answer the probe at all.
    public func endpoint(
        _ url: String, model: String? = nil, server: ServerKind? = nil, api: RolloutAPI = .auto, headers: [String] = []
    ) async throws(ProbeError) -> Endpoint {
        var address = ServerAddress(url)
        var found: Finding
        do throws(ProbeError) {
            found = try await identify(&address, headers)
        } catch {
            guard let server, let model, !model.isEmpty, Self.isOverridden.contains(error.kind) else { throw error }
            found = Finding(server: server, models: [])
            if !address.isPrefixKnown, address.hasPath, Self.isVersioned(address.root) { address.prefix = "" }
        }
        let name = try choose(model, from: found, isOverridden: server != nil, at: address.shown)
        let kind = server ?? found.server
        do {
            var endpoint = try Endpoint(address, server: kind, model: name, api: api, headers: headers)
            // Of use where it is told; a server that does not is as good.
            if kind == .vllm { endpoint.logprobs = try? await vllmLogprobs(address, headers) }
            if kind == .sglang, let version = try? await sglangVersion(address, headers) {
                endpoint.habits.note(version: version)
            }
            return endpoint
        } catch {
            throw ProbeError(kind: .settings, description: "\(address.shown): \(error)")
        }
    }

    private static let isOverridden: Set<ProbeError.Kind> = [.unknownServer, .unauthorized, .serverError]

    /// Whether a path names a version or the dialect itself, as gateways' do: `/v1beta/openai`, `/api/paas/v4`.
    private static func isVersioned(_ root: String) -> Bool {
        root.split(separator: "/").dropFirst(2).contains { part in
            part == "openai" || part == "deployments"
                || (part.first == "v" && part.dropFirst().first?.isNumber == true)
        }
    }

    /// What `--logprobs-mode` is, where vLLM tells (development mode); nil where it does not.
    private func vllmLogprobs(_ address: ServerAddress, _ headers: [String]) async throws(ProbeError) -> LogprobMode? {
        var settings = address
        settings.query += settings.query.isEmpty ? "?config_format=json" : "&config_format=json"
        guard let body = try await get(settings, "/server_info", headers).body else { return nil }
        let mode = Self.member("logprobs_mode", in: body, depth: 4)?.stringValue ?? ""
        return mode.hasPrefix("processed_logprobs") ? .processed : mode.hasPrefix("raw_logprobs") ? .raw : nil
    }

    private static func member(_ name: String, in value: JSONValue, depth: Int) -> JSONValue? {
        if let found = value[name] { return found }
        if depth == 0 { return nil }
        return value.objectValue?.lazy.compactMap { member(name, in: $0.value, depth: depth - 1) }.first
    }

    /// The version of the weights at the start, which what is sampled is no older than.
    private func sglangVersion(_ address: ServerAddress, _ headers: [String]) async throws(ProbeError) -> Int? {
        for path in ["/model_info", "/get_model_info"] {
            guard let body = try await get(address, path, headers).body else { continue }
            guard let text = body["weight_version"].map({ $0.stringValue ?? $0.text }) else { return nil }
            return Int(String(text.reversed().prefix { $0.isASCII && $0.isNumber }.reversed()))
        }
        return nil
    }

    /// Whether the server has a chat template of the model's own; nil where it does not tell.
    public func hasChatTemplate(_ endpoint: Endpoint) async -> Bool? {
        guard endpoint.server == .llamacpp,
            let props = try? await get(endpoint.address, "/props", endpoint.headers).body
        else { return nil }
        return props["chat_template"]?.stringValue.map { !$0.isEmpty } ?? false
    }

    /// What a route told.
    private struct Finding {
        var server: ServerKind
        var models: [String]
    }

    private struct Answer {
        var status: Int
        var body: JSONValue?
        var error: ServerError
    }

    /// Lists the models, under `/v1` or, where a path was given that has none there, under the path itself; then tells the
    /// server by who owns them, or by routes that only it has.
    private func identify(_ address: inout ServerAddress, _ headers: [String]) async throws(ProbeError) -> Finding {
        var answer = try await get(address, "/v1/models", headers)
        if answer.body?["data"] == nil, !address.isPrefixKnown, address.hasPath {
            var plain = address
            plain.prefix = ""
            let other = try await get(plain, "/v1/models", headers)
            if other.body?["data"] != nil || (answer.status == 404 && other.status != 404) {
                (answer, address) = (other, plain)
            }
        }
        let root = address.shown
        if let list = answer.body?["data"]?.arrayValue ?? answer.body?.arrayValue {
            let names = list.compactMap { $0["id"]?.stringValue }
            let owner = list.first?["owned_by"]?.stringValue ?? ""
            let known: [String: ServerKind] = [
                "vllm": .vllm, "llamacpp": .llamacpp, "sglang": .sglang, "me": .llamaCppPython, "library": .ollama,
            ]
            if let server = known[owner] { return Finding(server: server, models: names) }
            return Finding(server: try await kind(address, headers) ?? .openai, models: names)
        }
        if answer.error.isQuota {
            throw ProbeError(
                kind: .unauthorized,
                description: "\(root)/v1/models answers \(answer.error); the account has nothing left to spend: fill it"
            )
        }
        if [401, 403].contains(answer.status) {
            throw ProbeError(
                kind: .unauthorized,
                description: """
                    \(root)/v1/models answers HTTP \(answer.status); set api_key_env to the environment variable that \
                    holds the key
                    """)
        }
        if [429, 503, 529].contains(answer.status) {
            var error = ProbeError(
                kind: .serverError, description: "\(root)/v1/models answers \(answer.error); wait until it is ready")
            (error.isLoading, error.wait) = (true, answer.error.retryAfter)
            throw error
        }
        if let server = try await kind(address, headers) { return Finding(server: server, models: []) }
        if answer.status >= 500 {
            throw ProbeError(
                kind: .serverError,
                description:
                    "\(root)/v1/models answers HTTP \(answer.status); look at the server's log, or wait until it is up")
        }
        // The URL names the route itself: nothing else need be there.
        if address.isPrefixKnown, address.prefix.isEmpty { return Finding(server: .openai, models: []) }
        let redirected = (300..<400).contains(answer.status) ? " (\(answer.error.message))" : ""
        throw ProbeError(
            kind: .unknownServer,
            description: """
                \(root) answers HTTP \(answer.status)\(redirected) to /v1/models and has no known route; check host, port \
                and path, for example http://127.0.0.1:8000/v1, or set rollout.server and rollout.model
                """)
    }

    /// Routes that only one server has; a gateway that forbids all others is none of them.
    private func kind(_ address: ServerAddress, _ headers: [String]) async throws(ProbeError) -> ServerKind? {
        let routes: [(path: String, member: String, server: ServerKind)] = [
            ("/model_info", "model_path", .sglang), ("/get_model_info", "model_path", .sglang),
            ("/info", "max_total_tokens", .tgi), ("/api/tags", "models", .ollama),
        ]
        for route in routes {
            if try await get(address, route.path, headers).body?[route.member] != nil { return route.server }
        }
        return nil
    }

    private func choose(
        _ model: String?, from found: Finding, isOverridden: Bool, at root: String
    ) throws(ProbeError) -> String {
        let list = found.models.prefix(8).joined(separator: ", ")
        guard let model, !model.isEmpty else {
            if found.models.count == 1 { return found.models[0] }
            if found.models.isEmpty { return "" }
            throw ProbeError(
                kind: .model, description: "\(root) serves \(found.models.count) models; set model to one of: \(list)")
        }
        if found.models.isEmpty || found.models.contains(model) || isOverridden { return model }
        // Ollama's name without a tag is that of the newest.
        if found.models.contains("\(model):latest") { return "\(model):latest" }
        // Gemini lists names under a folder, and takes them without.
        if found.models.contains("models/\(model)") { return model }
        let hint = model.nearest(in: found.models).map { "; did you mean \"\($0)\"?" } ?? ""
        throw ProbeError(
            kind: .model,
            description: "\(root) does not serve the model \"\(model)\"; it serves: \(list)\(hint)"
                + (hint.isEmpty ? "; with rollout.server set it is asked for all the same" : ""))
    }

    private func get(
        _ address: ServerAddress, _ path: String, _ headers: [String]
    ) async throws(ProbeError) -> Answer {
        var request = address.get(path, headers: headers)
        request.timeouts = timeouts
        request.maxResponseBytes = 4 << 20
        let response: HTTPResponse
        do throws(TransportError) {
            response = try await driver.send(request)
        } catch {
            throw ProbeError(kind: .unreachable, description: Self.words(error, at: address.shown))
        }
        let isGood = (200..<300).contains(response.status)
        let body = isGood ? try? JSONValue(parsing: JSONText.withoutMark(response.body), maxDepth: 32) : nil
        return Answer(
            status: response.status, body: body,
            error: isGood
                ? ServerError(status: response.status, message: "")
                : ServerError(response, Secrets(address, headers: headers)))
    }

    private static func words(_ error: TransportError, at root: String) -> String {
        switch error.kind {
        case .tls:
            "no secure connection to \(root): \(error); set rollout.ca to the certificate that signed the server's, in PEM"
        case .badRequest: "\(root) cannot be asked: \(error); correct the endpoint, its headers or its key"
        default: "no server at \(root): \(error); start it or correct the endpoint"
        }
    }
}
