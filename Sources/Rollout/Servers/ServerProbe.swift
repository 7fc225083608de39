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

    /// Probes `url`; `server`, `api` and `model` override what the server says, where given.
    public func endpoint(
        _ url: String, model: String? = nil, server: ServerKind? = nil, api: RolloutAPI = .auto, headers: [String] = []
    ) async throws(ProbeError) -> Endpoint {
        let root = Endpoint.root(of: url)
        let found: Finding
        do throws(ProbeError) {
            found = try await identify(root, headers)
        } catch {
            // Said what it is and what it serves: a proxy need not list its models.
            guard error.kind == .unknownServer, let server, model != nil else { throw error }
            found = Finding(server: server, models: [])
        }
        let name = try choose(model, from: found, at: root)
        do {
            return try Endpoint(url: root, server: server ?? found.server, model: name, api: api, headers: headers)
        } catch {
            throw ProbeError(kind: .settings, description: "\(root): \(error)")
        }
    }

    /// Whether the server has a chat template of the model's own; nil where it does not tell.
    public func hasChatTemplate(_ endpoint: Endpoint) async -> Bool? {
        guard endpoint.server == .llamacpp,
            let props = try? await get(endpoint.url, "/props", endpoint.headers).body
        else { return nil }
        return props["chat_template"]?.stringValue.map { !$0.isEmpty } ?? false
    }

    /// What a route told.
    private struct Finding {
        var server: ServerKind
        var models: [String]
    }

    private static let modelKeys = ["id", "name", "model"]

    private func identify(_ root: String, _ headers: [String]) async throws(ProbeError) -> Finding {
        let (status, models) = try await get(root, "/v1/models", headers)
        if let list = models?["data"]?.arrayValue {
            let names = list.compactMap { $0["id"]?.stringValue }
            let owner = list.first?["owned_by"]?.stringValue ?? ""
            let known: [String: ServerKind] = [
                "vllm": .vllm, "llamacpp": .llamacpp, "sglang": .sglang, "me": .llamaCppPython, "library": .ollama,
            ]
            if let server = known[owner] { return Finding(server: server, models: names) }
            return Finding(server: try await kind(root, headers) ?? .openai, models: names)
        }
        if let server = try await kind(root, headers) { return Finding(server: server, models: []) }
        if status >= 500 {
            throw ProbeError(
                kind: .serverError,
                description:
                    "\(root)/v1/models answers HTTP \(status); look at the server's log, or wait until it is up")
        }
        throw ProbeError(
            kind: .unknownServer,
            description: """
                \(root) answers HTTP \(status) to /v1/models and has no known route; check host, port and path, for \
                example http://127.0.0.1:8000/v1
                """)
    }

    /// Routes that only one server has.
    private func kind(_ root: String, _ headers: [String]) async throws(ProbeError) -> ServerKind? {
        let routes: [(path: String, member: String, server: ServerKind)] = [
            ("/model_info", "model_path", .sglang), ("/get_model_info", "model_path", .sglang),
            ("/info", "max_total_tokens", .tgi), ("/api/tags", "models", .ollama),
        ]
        for route in routes {
            if try await get(root, route.path, headers).body?[route.member] != nil { return route.server }
        }
        return nil
    }

    private func choose(_ model: String?, from found: Finding, at root: String) throws(ProbeError) -> String {
        let list = found.models.prefix(8).joined(separator: ", ")
        guard let model, !model.isEmpty else {
            if found.models.count == 1 { return found.models[0] }
            if found.models.isEmpty { return "" }
            throw ProbeError(
                kind: .model, description: "\(root) serves \(found.models.count) models; set model to one of: \(list)")
        }
        if found.models.isEmpty || found.models.contains(model) { return model }
        let hint = model.nearest(in: found.models).map { "; did you mean \"\($0)\"?" } ?? ""
        throw ProbeError(
            kind: .model, description: "\(root) does not serve the model \"\(model)\"; it serves: \(list)\(hint)")
    }

    private func get(
        _ root: String, _ path: String, _ headers: [String]
    ) async throws(ProbeError) -> (status: Int, body: JSONValue?) {
        var request = HTTPRequest.get(root + path, headers: headers)
        request.timeouts = timeouts
        request.maxResponseBytes = 4 << 20
        let response: HTTPResponse
        do throws(TransportError) {
            response = try await driver.send(request)
        } catch {
            throw ProbeError(
                kind: .unreachable,
                description: "no server at \(root): \(error); start it or correct the endpoint")
        }
        if response.status == 401 || response.status == 403 {
            throw ProbeError(
                kind: .unauthorized,
                description: """
                    \(root)\(path) answers HTTP \(response.status); set api_key_env to the environment variable that \
                    holds the key
                    """)
        }
        let body = (200..<300).contains(response.status) ? try? JSONValue(parsing: response.body, maxDepth: 32) : nil
        return (response.status, body)
    }
}
