internal import JSON

extension ServerError {
    /// Reads the envelopes in use: `{"error":{…}}`, `{"error":"…"}`, flat `{"object":"error",…}`, `{"detail":…}`; any
    /// other body is quoted.
    package init(status: Int, body: [UInt8], retryAfter: Double? = nil) {
        self.init(status: status, message: "", retryAfter: retryAfter)
        guard let tree = try? JSONValue(parsing: body, maxDepth: 32), case .object = tree else {
            message = Self.oneLine(String(decoding: body.prefix(2000), as: UTF8.self))
            return
        }
        self.init(status: status, envelope: tree["error"] ?? tree, retryAfter: retryAfter)
        type = type ?? tree["error_type"]?.stringValue
    }

    /// Reads the value of an `error` member, or a flat envelope.
    init(status: Int, envelope: JSONValue, retryAfter: Double? = nil) {
        let text =
            envelope.stringValue ?? envelope["message"]?.stringValue ?? envelope["detail"]?.stringValue
            ?? envelope["detail"]?.text ?? envelope.text
        self.init(
            status: status, message: Self.oneLine(text), type: envelope["type"]?.stringValue, retryAfter: retryAfter,
            isRetryable: envelope["retryable"]?.boolValue)
    }

    private static func oneLine(_ text: String) -> String {
        let words = text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
        return words.count > 500 ? words.prefix(500) + "…" : words
    }
}
