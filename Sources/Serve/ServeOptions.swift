public import Experience
public import JSON

/// The section `serve` of a configuration.
public struct ServeOptions: Codable, Sendable {
    /// Address to listen on; anything but loopback needs tokens.
    public var host = "127.0.0.1"
    /// TCP port; 0 lets the system choose.
    public var port = 8080
    /// Verifiers by the name that requests use: `{name: {verifier, options, max_pending}}`; empty: what ships.
    public var verifiers: JSONValue = .object([])
    /// Which of them serves which trainer protocol: `{openrlhf: math, slime: math, nemo_gym: math, open_instruct: code}`.
    public var protocols: JSONValue = .object([])
    /// File of tokens, one a line; see `docs/serve.md`.
    public var tokens: String?
    /// The run store to show and to lease batches from.
    public var store: String?
    /// A `tokenizer.json` or GGUF model that turns token ids into text on pages; nil for the one of the run's configuration.
    public var tokenizer: String?
    /// The SQLite file of jobs; without it jobs are off.
    public var jobs: String?
    /// Folder whose files jobs may read by path.
    public var jobsRoot: String?
    /// Largest request body.
    public var maxBodyBytes = 64 << 20
    /// Bytes of all request bodies in memory together.
    public var maxBufferedBytes = 256 << 20
    /// Largest upload of a job's rows.
    public var maxUploadBytes = 1 << 30
    /// Connections open at the same time; further ones wait in the system's queue.
    public var maxConnections = 4096
    /// Items accepted and not yet answered, per verifier; more are refused at once.
    public var maxPending = 50_000
    /// Of these a token may have so many; 0: three quarters.
    public var maxPendingPerToken = 0
    /// Unfinished jobs that a token may have.
    public var maxJobsPerToken = 100
    /// Seconds to receive a request's head, and that its body may bring next to nothing.
    public var readSeconds = 10.0
    /// Seconds that requests under way have once the server is told to stop; then they are told so.
    public var drainSeconds = 10.0
    /// Seconds an idle connection stays open.
    public var idleSeconds = 75.0
    /// Seconds a request may take when it does not say; then its unjudged items are time-outs.
    public var deadlineSeconds = 120.0
    /// Seconds that a program sent to `/run_code` may wait for a sandbox before 504; verl's client waits ten more than the
    /// program's own time.
    public var programWaitSeconds = 9.0
    /// Which requests are logged: `none`, `errors` or `all`.
    public var accessLog = AccessLog.Level.errors

    /// The defaults above.
    public init() {}

    enum CodingKeys: String, CodingKey {
        case host, port, verifiers, protocols, tokens, store, tokenizer, jobs
        case jobsRoot = "jobs_root"
        case maxBodyBytes = "max_body_bytes"
        case maxBufferedBytes = "max_buffered_bytes"
        case maxUploadBytes = "max_upload_bytes"
        case maxConnections = "max_connections"
        case maxPending = "max_pending"
        case maxPendingPerToken = "max_pending_per_token"
        case maxJobsPerToken = "max_jobs_per_token"
        case readSeconds = "read_seconds"
        case drainSeconds = "drain_seconds"
        case idleSeconds = "idle_seconds"
        case deadlineSeconds = "deadline_seconds"
        case programWaitSeconds = "program_wait_seconds"
        case accessLog = "access_log"
    }

    /// Keys of the section.
    public static let fields: [ConfigField] = [
        ConfigField("host", "address to listen on; anything but loopback needs tokens"),
        ConfigField("port", "TCP port; 0 lets the system choose"),
        ConfigField("verifiers", "name: {verifier, options, max_pending}; empty: those that ship", kind: .free),
        ConfigField("protocols", "which of them answers which trainer protocol", kind: .free),
        ConfigField("tokens", "file of tokens, one a line (assay serve --make-token)"),
        ConfigField("store", "run store to show, and to lease batches from"),
        ConfigField("tokenizer", "tokenizer.json or GGUF model for pages (default: the run's report.tokenizer)"),
        ConfigField("jobs", "SQLite file of jobs; without it jobs are off"),
        ConfigField("jobs_root", "folder whose files jobs may read by path"),
        ConfigField("max_body_bytes", "largest request body"),
        ConfigField("max_buffered_bytes", "bytes of all request bodies in memory together"),
        ConfigField("max_upload_bytes", "largest upload of a job's rows"),
        ConfigField("max_connections", "connections open at the same time"),
        ConfigField("max_pending", "items accepted and unanswered per verifier; more are refused at once"),
        ConfigField("max_pending_per_token", "of these a token may have so many (0: three quarters)"),
        ConfigField("max_jobs_per_token", "unfinished jobs that a token may have"),
        ConfigField("read_seconds", "seconds to receive a request's head, and that its body may bring next to nothing"),
        ConfigField("drain_seconds", "seconds that requests under way have once the server is told to stop"),
        ConfigField("idle_seconds", "seconds an idle connection stays open"),
        ConfigField("deadline_seconds", "seconds a request may take when it does not say"),
        ConfigField(
            "program_wait_seconds", "seconds that a program sent to /run_code may wait for a sandbox before 504"),
        ConfigField(
            "access_log", "which requests are logged: none, errors or all",
            words: AccessLog.Level.allCases.map(\.rawValue)),
    ]

    /// Throws what makes no sense.
    public func validate() throws(ConfigProblem) {
        if !(0...65535).contains(port) { throw ConfigProblem("port", "expected 0 to 65535, not \(port)") }
        let counts = [
            ("max_body_bytes", maxBodyBytes), ("max_buffered_bytes", maxBufferedBytes),
            ("max_upload_bytes", maxUploadBytes), ("max_connections", maxConnections), ("max_pending", maxPending),
            ("max_jobs_per_token", maxJobsPerToken),
        ]
        for (key, value) in counts where value < 1 { throw ConfigProblem(key, "expected at least 1, not \(value)") }
        let seconds = [
            ("read_seconds", readSeconds), ("idle_seconds", idleSeconds), ("deadline_seconds", deadlineSeconds),
            ("program_wait_seconds", programWaitSeconds), ("drain_seconds", drainSeconds),
        ]
        if maxPendingPerToken < 0 {
            throw ConfigProblem("max_pending_per_token", "expected at least 0, not \(maxPendingPerToken)")
        }
        for (key, value) in seconds where !(value > 0 && value <= 86_400) {
            throw ConfigProblem(key, "expected more than 0 and at most 86400 seconds, not \(value)")
        }
    }

    /// What a token may have pending of `all` in a lane.
    func maxPerToken(of all: Int) -> Int { maxPendingPerToken > 0 ? min(maxPendingPerToken, all) : all - all / 4 }

    /// Whether only this machine can connect.
    public var isLoopback: Bool { LoopbackHost.matches(address: host) }
}
