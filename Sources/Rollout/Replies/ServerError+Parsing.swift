internal import JSON

extension ServerError {
    /// Reads the envelopes in use: `{"error":{…}}`, `{"error":"…"}`, flat `{"object":"error",…}`, `{"detail":…}`, each of
    /// them alone or as the only element of an array; any other body is quoted.
    package init(status: Int, body: [UInt8], retryAfter: Double? = nil) {
        self.init(status: status, message: "", retryAfter: retryAfter)
        let body = body.starts(with: [0xEF, 0xBB, 0xBF]) ? Array(body.dropFirst(3)) : body
        var tree = try? JSONValue(parsing: body, maxDepth: 32)
        if let list = tree?.arrayValue, list.count == 1 { tree = list[0] }
        guard let tree, case .object = tree else {
            message = Self.oneLine(String(decoding: body.prefix(2000), as: UTF8.self))
            return
        }
        self.init(
            status: status, envelope: tree["error"]?.unlessNull ?? tree, retryAfter: retryAfter)
        type = type ?? tree["error_type"]?.stringValue
    }

    /// Reads the value of an `error` member, or a flat envelope. A status that it names counts when the answer's own was 200.
    init(status: Int, envelope: JSONValue, retryAfter: Double? = nil) {
        let text =
            envelope.stringValue ?? envelope["message"]?.stringValue ?? envelope["detail"]?.stringValue
            ?? envelope["detail"]?.text ?? envelope.text
        let code = Self.members(["code", "status", "status_code", "http_code"], of: envelope)
        let named = code.lazy.compactMap { $0.intValue ?? $0.stringValue.flatMap { Int($0) } }
            .first { (400...599).contains($0) }
        self.init(
            status: status, message: Self.oneLine(text), type: envelope["type"]?.stringValue,
            retryAfter: retryAfter ?? Self.wait(in: envelope, text), isRetryable: envelope["retryable"]?.boolValue)
        type = type ?? code.lazy.compactMap(\.stringValue).first { Int($0) == nil }
        // OpenAI's words: a class and a code; the code tells more of a quota.
        if let code = envelope["code"]?.stringValue, Self.quotaWords.contains(code) { type = code }
        if status == 200, let named {
            self.status = named
            isInside = true
        }
        if status == 200, named == nil, let type, let known = Self.statuses[type.lowercased()] {
            self.status = known
            isInside = true
        }
        // OpenRouter: what its provider said.
        if let raw = envelope["metadata"]?["raw"]?.stringValue { message = Self.oneLine("\(message): \(raw)") }
    }

    /// Whether the account has nothing left to spend: no wait helps.
    var isQuota: Bool { status == 402 || type.map { Self.quotaWords.contains($0) } ?? false }

    /// Whether the server has too much to do: the endpoint is to be asked less, the request is as good as before.
    var isRefusal: Bool { [429, 503, 529].contains(status) && !isQuota }

    private static let quotaWords: Set<String> = [
        "insufficient_quota", "billing_hard_limit_reached", "billing_not_active", "insufficient_balance",
        "exceeded_current_quota_error", "insufficient_user_quota", "credits_exhausted", "payment_required",
        "access_terminated", "account_deactivated",
    ]
    /// Of errors inside an answer of status 200 that name no number.
    private static let statuses = [
        "overloaded_error": 529, "overloaded": 503, "rate_limit_error": 429, "rate_limit_exceeded": 429,
        "resource_exhausted": 429, "unavailable": 503, "service_unavailable": 503, "serviceunavailable": 503,
        "serviceunavailableerror": 503, "insufficient_quota": 402,
    ]

    private static func members(_ names: [String], of envelope: JSONValue) -> [JSONValue] {
        names.compactMap { envelope[$0] }
    }

    /// Seconds that an error's own words ask for: google.rpc.RetryInfo, "Please try again in 1.5s", "retry after 6 seconds".
    private static func wait(in envelope: JSONValue, _ text: String) -> Double? {
        for detail in envelope["details"]?.arrayValue ?? [] {
            if let delay = detail["retryDelay"]?.stringValue, let seconds = RetryHint.seconds(delay) { return seconds }
        }
        if let seconds = envelope["retry_after"]?.doubleValue, seconds > 0 { return seconds }
        let words = text.lowercased()
        for mark in ["try again in ", "retry after ", "retry in "] {
            if let place = words.firstRange(of: mark) {
                return RetryHint.seconds(String(words[place.upperBound...].prefix { $0 != "," }))
            }
        }
        return nil
    }

    private static func oneLine(_ text: String) -> String {
        let words = text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
        return words.count > 500 ? words.prefix(500) + "…" : words
    }
}
