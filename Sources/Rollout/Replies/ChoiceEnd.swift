internal import Experience

/// What a server's word for the end of a choice means: the one list of such words.
///
/// | words | meaning |
/// |---|---|
/// | "", none, undefined, unspecified, in_progress, … | no end |
/// | stop, eos, end_turn, stop_sequence, tool_calls, … | a sample that ended |
/// | length, max_tokens, … | a sample that was cut off at its budget |
/// | abort, cancelled, … | no sample: asked for again, or gone on with where its beginning is known as ids |
/// | content_filter, safety, refusal, … | no sample, for good: the same prompt is filtered again |
/// | error, load, insufficient_system_resource, unknown, … | no sample: a failure of the server |
/// | others with a part that says one of these (`ERROR_TOXIC`, `client_disconnect`, `token_limit`) | that |
/// | any other | a sample that ended, its word kept as sent; without text and tokens no answer |
enum ChoiceEnd: Sendable, Hashable {
    /// A sample.
    case sample(FinishReason)
    /// The server or its operator cut it short.
    case aborted
    /// A filter took it.
    case filtered
    /// The server failed: with 200 for a failure that it does not name, else as if it had answered with that status.
    case failed(status: Int)

    /// Reads `word` in any case, and with a reason behind a colon ("content_filter: SAFETY").
    init(_ word: String) {
        if let plain = Self.words[word] {
            self = plain
            return
        }
        let key = word.lowercased().prefix { $0 != ":" }.filter { $0 != " " }
        self =
            Self.words[String(key)] ?? Self.parts.first { $0.words.contains(where: key.contains) }?.end
            ?? .sample(.stop)
    }

    /// How ends that speak against a sample go before those that do not: a stream may give one after the other.
    var isSample: Bool { if case .sample = self { true } else { false } }

    /// Parts of words that no list has, the graver first.
    private static let parts: [(words: [String], end: ChoiceEnd)] = [
        (["malformed", "unexpected"], .failed(status: 200)),
        (["filter", "guardrail", "toxic", "prohibit", "safety", "policy", "moderat", "blocked", "refus"], .filtered),
        (
            [
                "abort", "cancel", "preempt", "disconnect", "interrupt", "not_finished", "shutdown", "pause",
                "terminated", "evict", "killed", "closed",
            ], .aborted
        ),
        (
            ["rate_limit", "quota", "overload", "unavailable", "busy", "capacity", "out_of_mem", "insufficient"],
            .failed(status: 503)
        ),
        (["timeout", "timed_out", "deadline", "expired"], .failed(status: 504)),
        (["eos_", "stop_token", "end_of_"], .sample(.stop)),
        (["length", "max_tok", "max_len", "token", "context", "limit"], .sample(.length)),
        (["error", "fail", "reject", "exception", "crash", "dead"], .failed(status: 200)),
    ]

    /// Whether `word` stands where others say null: Ollama's streams have "" (ollama 4357), Python's proxies "None",
    /// JavaScript's "undefined", protocol buffers the name of their first value.
    static func isNone(_ word: String) -> Bool {
        let word = word.lowercased()
        let nones = ["", "null", "none", "nil", "undefined", "in_progress", "running", "generating"]
        return nones.contains(word) || word.hasSuffix("unspecified")
    }

    /// Whether `word` is one of the four that `FinishReason` has: the others are kept beside it.
    static func isPlain(_ word: String) -> Bool { ["stop", "length", "abort", "error"].contains(word) }

    private static let words: [String: ChoiceEnd] = {
        var words: [String: ChoiceEnd] = [:]
        for word in [
            "stop", "eos", "eos_token", "stop_sequence", "end_turn", "complete", "completed", "tool_calls", "tool_use",
            "function_call",
        ] { words[word] = .sample(.stop) }
        for word in ["length", "max_tokens", "max_length", "model_length", "max_output_tokens", "limit", "incomplete"] {
            words[word] = .sample(.length)
        }
        for word in ["abort", "aborted", "cancelled", "canceled", "cancel", "preempted", "interrupted", "shutdown"] {
            words[word] = .aborted
        }
        for word in [
            "content_filter", "content-filter", "contentfilter", "filtered", "safety", "refusal", "recitation",
            "blocklist", "prohibited_content", "spii", "image_safety", "sensitive", "moderation", "guardrail",
        ] { words[word] = .filtered }
        // "other" and "unknown" are what gateways make of a stream that broke off (opencode 26170), and Gemini of no reason.
        for word in ["error", "network_error", "server_error", "other", "unknown"] {
            words[word] = .failed(status: 200)
        }
        // Ollama answers so while it loads a model, DeepSeek when it has no machine left.
        for word in ["load", "unload", "insufficient_system_resource", "overloaded", "queue_full"] {
            words[word] = .failed(status: 503)
        }
        for word in ["timeout", "time_limit"] { words[word] = .failed(status: 504) }
        return words
    }()
}
