internal import Numbers

/// What a server says about its load.
struct ServerLoad: Sendable, Hashable {
    /// Share of the KV cache in use, 0...1; nil when the server does not say.
    var cacheUsage: Double?
    /// Requests that wait inside the server.
    var waiting = 0

    /// Reads Prometheus text of vLLM, SGLang or llama.cpp; nil when nothing in it tells about load. Values of several
    /// engines behind one port are combined: the fullest cache, all waiting requests.
    init?(metrics text: String) {
        var found = false
        for line in text.split(separator: "\n") where !line.hasPrefix("#") {
            let name = line.prefix { $0 != "{" && $0 != " " }
            guard let last = line.split(separator: " ").last, let value = Double(last), value.isFinite else { continue }
            switch name {
            case "vllm:kv_cache_usage_perc", "vllm:gpu_cache_usage_perc", "sglang:token_usage":
                cacheUsage = max(cacheUsage ?? 0, value)
                found = true
            case "vllm:num_requests_waiting", "sglang:num_queue_reqs", "llamacpp:requests_deferred":
                waiting += Int(clamping: value, to: 0...1_000_000_000)
                found = true
            default: continue
            }
        }
        if !found { return nil }
    }

    init(cacheUsage: Double?, waiting: Int) {
        self.cacheUsage = cacheUsage
        self.waiting = waiting
    }
}

/// Requests in flight allowed at one endpoint: additive increase, multiplicative decrease on the cache's filling, with
/// prime-rl's thresholds (grow below 0.6, trim from 0.8, stop at 0.9).
struct AdaptiveLimit: Sendable {
    private(set) var value: Int
    private let maximum: Int

    init(start: Int, maximum: Int) {
        value = max(1, start)
        self.maximum = max(1, maximum)
    }

    /// One observation; `inFlight` are ours.
    mutating func observe(_ load: ServerLoad, inFlight: Int) {
        let usage = load.cacheUsage ?? 0
        if usage >= 0.9 {
            value = max(1, inFlight / 2)
        } else if usage >= 0.8 || load.waiting > max(1, inFlight / 4) {
            value = max(1, min(value, inFlight) * 9 / 10)
        } else if usage < 0.6, load.waiting == 0, inFlight * 10 >= value * 9 {
            value = min(maximum, value + max(1, value / 10))
        }
    }
}
