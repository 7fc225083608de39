public import Experience

/// Everything that can be set about sampling but the sampling parameters themselves.
public struct RolloutOptions: Sendable, Hashable, Codable {
    /// Base URLs of the servers.
    public var endpoints: [String] = ["http://127.0.0.1:8000"]
    /// The model's name; nil takes the only one served.
    public var model: String?
    /// Environment variable that holds the API key.
    public var apiKeyEnv: String?
    /// Header lines of every request, name by value; `${NAME}` in a value is the environment variable of that name.
    public var headers: [String: String]?
    /// Certificates to trust instead of the system's, in PEM; nil is the system's.
    public var ca: String?
    /// A proxy; nil is the environment's.
    public var proxy: String?
    /// Whether HTTP/2 is asked for over TLS.
    public var http2 = false
    /// What is asked and known of log-probs; nil asks for them and takes what is known of the server.
    public var logprobs: LogprobMode?
    /// Seconds that endpoints which are down at the start are waited for; nil waits ten minutes for those that are loading
    /// and not at all for others.
    public var startupTimeout: Double?
    /// A file of further endpoints, one a line, that is looked at while the run goes on.
    public var endpointsFile: String?
    /// What becomes of a group one of whose samples can never come.
    public var partialGroups = PartialGroups.drop
    /// Server kind; nil asks the server.
    public var server: ServerKind?
    /// Which of its routes.
    public var api: RolloutAPI = .auto
    /// Requests in flight, over all endpoints.
    public var concurrency = 64
    /// Completions asked for by one request.
    public var samplesPerRequest = 1
    /// Whether answers are streamed.
    public var stream = false
    /// Requests per sample at most.
    public var attempts = 6
    /// See `HTTPTimeouts`; seconds.
    public var connectTimeout: Double = 10
    /// See `HTTPTimeouts`; seconds.
    public var firstByteTimeout: Double = 600
    /// See `HTTPTimeouts`; seconds.
    public var stallTimeout: Double = 120
    /// See `HTTPTimeouts`; seconds.
    public var totalTimeout: Double = 1800
    /// Seconds without any completion after which the run ends with an error.
    public var noProgressTimeout: Double = 1800
    /// Retries allowed per request sent, beside a fixed 32: an overloaded server is not made to do everything twice.
    /// Connections that fail or are lost do not count.
    public var retryBudget: Double = 0.5
    /// Whether the limit of each endpoint follows the load on its /metrics.
    public var adaptive = false
    /// Sampled tokens after which no further request is sent; 0 is no bound.
    public var tokenBudget = 0
    /// Requests after which none is sent; 0 is no bound.
    public var requestBudget = 0
    /// Dynamic sampling (DAPO): groups with unequal scores after which sampling ends; 0 samples every problem once.
    public var wantedGroups = 0
    /// Its cap: groups begun at most; 0 is no bound.
    public var maxGroups = 0
    /// Groups begun and not finished at most, with `wantedGroups` not judged; 0 is as many as `concurrency` needs.
    public var groupsInFlight = 0
    /// Server of the reference policy, whose log-probs of every completion are kept beside the sampler's.
    public var reference: String?
    /// Server of a teacher, whose log-probs of every completion are kept too.
    public var teacher: String?
    /// Server of the critic, whose value per token is kept.
    public var critic: String?
    /// Largest accepted answer.
    public var maxResponseBytes = 256 << 20

    /// The defaults above.
    public init() {}

    enum CodingKeys: String, CodingKey {
        case endpoints, model, server, api, concurrency, stream, attempts, adaptive, headers, ca, proxy, http2, logprobs
        case startupTimeout = "startup_timeout"
        case endpointsFile = "endpoints_file"
        case partialGroups = "partial_groups"
        case apiKeyEnv = "api_key_env"
        case samplesPerRequest = "samples_per_request"
        case connectTimeout = "connect_timeout"
        case firstByteTimeout = "first_byte_timeout"
        case stallTimeout = "stall_timeout"
        case totalTimeout = "total_timeout"
        case noProgressTimeout = "no_progress_timeout"
        case retryBudget = "retry_budget"
        case tokenBudget = "token_budget"
        case requestBudget = "request_budget"
        case wantedGroups = "wanted_groups"
        case maxGroups = "max_groups"
        case groupsInFlight = "groups_in_flight"
        case reference, teacher, critic
        case maxResponseBytes = "max_response_bytes"
    }

    /// The section `rollout` of a configuration.
    public static let fields: [ConfigField] = [
        ConfigField("endpoints", "base URLs of the inference servers"),
        ConfigField("model", "name as the server lists it; unset takes the only one served"),
        ConfigField("api_key_env", "environment variable that holds the API key, sent as a bearer token"),
        ConfigField(
            "headers", "header lines of every request, {name: value}; ${NAME} in a value is that environment variable",
            kind: .free),
        ConfigField("ca", "certificates to trust instead of the system's, a PEM file (or SSL_CERT_FILE)"),
        ConfigField("proxy", "proxy of all requests (default: http_proxy, https_proxy, no_proxy)"),
        ConfigField("http2", "ask for HTTP/2 over TLS"),
        ConfigField(
            "logprobs", "off (not asked for), raw or processed (what they are, whatever the server's kind says)",
            words: LogprobMode.allCases.map(\.rawValue)),
        ConfigField(
            "startup_timeout",
            "seconds that endpoints which are down at the start are waited for; unset waits 600 for loading ones only"),
        ConfigField("endpoints_file", "file of further endpoints, one URL a line, followed while the run goes on"),
        ConfigField(
            "partial_groups", "a group one of whose samples can never come: drop, or keep what there is of it",
            words: PartialGroups.allCases.map(\.rawValue)),
        ConfigField(
            "server", "vllm, sglang, llamacpp, llamaCppPython, tgi, ollama or openai; unset asks the server",
            words: ServerKind.allCases.map(\.rawValue)),
        ConfigField(
            "api", "route: auto, completions, chat or generate (the server's own)",
            words: RolloutAPI.allCases.map(\.rawValue)),
        ConfigField("concurrency", "requests in flight over all endpoints"),
        ConfigField(
            "samples_per_request", "completions per request; 1 gives each sample a seed and retries of its own"),
        ConfigField("stream", "stream the answers: keeps what had arrived when a request is cut off"),
        ConfigField("attempts", "requests per sample at most, counting the first"),
        ConfigField("connect_timeout", "seconds until a connection is there"),
        ConfigField("first_byte_timeout", "seconds from the sent request to the first byte of the answer"),
        ConfigField("stall_timeout", "seconds between two reads of an answer"),
        ConfigField("total_timeout", "seconds from start to end of a request"),
        ConfigField("no_progress_timeout", "seconds without any completion after which the run ends with an error"),
        ConfigField(
            "retry_budget", "retries per request sent, beside a fixed 32; failed and lost connections do not count"),
        ConfigField("adaptive", "let each endpoint's limit follow the load on its /metrics"),
        ConfigField("token_budget", "sampled tokens after which no request is sent; 0 is no bound"),
        ConfigField("request_budget", "requests after which none is sent; 0 is no bound"),
        ConfigField("wanted_groups", "dynamic sampling: end at this many groups with unequal scores; 0 samples all"),
        ConfigField("max_groups", "its cap: groups begun at most; 0 is no bound"),
        ConfigField(
            "groups_in_flight",
            "groups begun and not finished (wanted_groups: not judged) at most; 0 is as many as concurrency needs"),
        ConfigField("reference", "server of the reference policy: its log-probs are kept beside the sampler's"),
        ConfigField("teacher", "server of a teacher: its log-probs are kept, for optimize.distill"),
        ConfigField("critic", "server of the critic: its value per token is kept"),
        ConfigField("max_response_bytes", "largest accepted answer"),
    ]

    /// Throws `ConfigProblem` for a value out of range.
    public func validate() throws {
        if endpoints.isEmpty { throw ConfigProblem("endpoints", "name at least one server") }
        let counts = [
            ("concurrency", concurrency), ("samples_per_request", samplesPerRequest), ("attempts", attempts),
            ("max_response_bytes", maxResponseBytes),
        ]
        for (key, value) in counts where value < 1 { throw ConfigProblem(key, "must be at least 1, not \(value)") }
        if concurrency > 1_000_000 { throw ConfigProblem("concurrency", "must be at most 1000000, not \(concurrency)") }
        let times = [
            ("connect_timeout", connectTimeout), ("first_byte_timeout", firstByteTimeout),
            ("stall_timeout", stallTimeout), ("total_timeout", totalTimeout),
            ("no_progress_timeout", noProgressTimeout),
        ]
        for (key, value) in times where !(value > 0 && value < 1e7) {
            throw ConfigProblem(key, "must be a number of seconds above 0 and below 10000000, not \(value)")
        }
        if !(retryBudget >= 0) { throw ConfigProblem("retry_budget", "must not be negative") }
        if let startupTimeout, !(startupTimeout >= 0 && startupTimeout < 1e7) {
            throw ConfigProblem("startup_timeout", "must be a number of seconds from 0 on")
        }
        for (name, value) in headers ?? [:] {
            let isName = !name.isEmpty && name.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: ":") }
            if !isName { throw ConfigProblem("headers", "'\(name.cut(to: 60))' is no name of a header") }
            if value.hasControlCharacters { throw ConfigProblem("headers.\(name)", "must not hold control characters") }
        }
        if tokenBudget < 0 { throw ConfigProblem("token_budget", "must not be negative") }
        for (key, value) in [
            ("wanted_groups", wantedGroups), ("max_groups", maxGroups), ("groups_in_flight", groupsInFlight),
        ] where value < 0 { throw ConfigProblem(key, "must not be negative") }
        if requestBudget < 0 { throw ConfigProblem("request_budget", "must not be negative") }
    }

    var timeouts: HTTPTimeouts {
        var timeouts = HTTPTimeouts()
        timeouts.connect = connectTimeout
        timeouts.firstByte = firstByteTimeout
        timeouts.interChunk = stallTimeout
        timeouts.total = totalTimeout
        return timeouts
    }
}

/// What becomes of a group one of whose samples can never come (`rollout.partial_groups`).
public enum PartialGroups: String, Sendable, Codable, CaseIterable {
    /// It is set aside.
    case drop
    /// What there is of it is a smaller group, where that is two samples at least.
    case keep
}
