internal import JSON

extension ServerError {
    /// Reads the envelopes in use: `{"error":{…}}`, `{"error":"…"}`, flat `{"object":"error",…}`, `{"detail":…}`,
    /// `{"errors":[…]}`, each of them alone, as the only element of an array or as an event of a stream; any other body is
    /// quoted.
    package init(status: Int, body: [UInt8], retryAfter: Double? = nil) {
        let body = body.starts(with: [0xEF, 0xBB, 0xBF]) ? Array(body.dropFirst(3)) : body
        var tree = (try? JSONValue(parsing: body, maxDepth: 32)) ?? Self.event(in: body)
        if let list = tree?.arrayValue, list.count == 1 { tree = list[0] }
        guard let tree, case .object = tree else {
            let text = String(decoding: body.prefix(2000), as: UTF8.self)
            self.init(status: status, envelope: .string(text), retryAfter: retryAfter)
            return
        }
        self.init(status: status, envelope: tree, retryAfter: retryAfter)
    }

    /// Reads the value of an `error` member, or a whole answer. What it says of itself counts before a status that says
    /// little: 200, or one that proxies put around everything.
    init(status: Int, envelope: JSONValue, retryAfter: Double? = nil) {
        let said = ErrorEnvelope(envelope)
        let sentence = said.sentences.first ?? envelope.text
        self.init(
            status: status, message: Self.oneLine(sentence), type: said.words.first,
            retryAfter: retryAfter ?? said.wait ?? said.sentences.lazy.compactMap(ErrorEnvelope.wait).first,
            isRetryable: said.isRetryable)
        // What a proxy's provider said behind the proxy's own words.
        let inner = envelope["metadata"] ?? envelope["error"]?["metadata"]
        if let raw = inner?["raw"]?.stringValue { message = Self.oneLine("\(sentence): \(raw)") }
        let meaning = said.meaning(status: status)
        if let meaning { type = said.words.first { ErrorMeaning(word: $0) == meaning } ?? type }
        take(meaning)
    }

    private mutating func take(_ meaning: ErrorMeaning?) {
        switch meaning {
        case nil: return
        case .spent?:
            isSpent = (400...499).contains(status) || Self.vague.contains(status)
            if status == 200 { (status, isInside) = (402, true) }
        case .status(let named)?:
            if status == 200 {
                (status, isInside) = (named, true)
            } else if Self.vague.contains(status), [401, 403, 408, 429, 503, 504, 529].contains(named) {
                status = named
            } else if [403, 498].contains(status), meaning?.isRefusal == true {
                status = named
            }
        }
    }

    /// Statuses that proxies put around the errors of others, and TGI's for whatever failed while it generated.
    private static let vague: Set<Int> = [200, 400, 424, 500]

    /// Whether the account has nothing left to spend: no wait helps.
    var isQuota: Bool { status == 402 || isSpent }

    /// Whether the server has too much to do: the endpoint is to be asked less, the request is as good as before.
    var isRefusal: Bool { [429, 503, 529].contains(status) && !isQuota }

    /// The document of a stream's first event, as servers answer to a request for a stream.
    private static func event(in body: [UInt8]) -> JSONValue? {
        guard JSONText.isEventStream(body) else { return nil }
        var parser = StreamParser(.events)
        var found: JSONValue?
        let take: StreamParser.Handler = { bytes, _ in found = found ?? (try? JSONValue(parsing: bytes, maxDepth: 32)) }
        try? body.withUnsafeBufferPointer { try parser.feed($0, take) }
        try? parser.finish(take)
        return found
    }

    static func oneLine(_ text: String) -> String {
        let words = Secrets.masked(String(text.prefix(4000))).split(whereSeparator: \.isWhitespace)
            .joined(separator: " ")
        return words.count > 500 ? words.prefix(500) + "…" : words
    }
}
