internal import Experience
internal import JSON

/// What an error answer says, wherever in it: one envelope in another, several beside each other, a proxy's around its
/// provider's.
struct ErrorEnvelope {
    /// Its sentences, the outermost first.
    private(set) var sentences: [String] = []
    /// Classes and codes in words, the outermost first.
    private(set) var words: [String] = []
    /// HTTP statuses that it names.
    private(set) var statuses: [Int] = []
    /// What vendors' own numbers mean.
    private(set) var vendors: [ErrorMeaning] = []
    /// Seconds that it asks to wait.
    private(set) var wait: Double?
    private(set) var isRetryable: Bool?

    private static let inner = [
        "error", "errors", "detail", "details", "base_resp", "header", "fault", "innererror", "response", "metadata",
        "data",
    ]
    private static let sentenceNames = [
        "message", "msg", "error_msg", "status_msg", "error", "detail", "raw", "error_description", "Message",
        "errorMessage", "faultstring", "title",
    ]
    private static let codeNames = [
        "code", "type", "status", "error_type", "err_type", "status_code", "http_code", "statusCode", "error_code",
        "errorCode", "errcode", "errorcode", "__type", "Code", "reason", "event",
    ]
    private static let depth = 5
    private static let most = 16

    /// Reads the value of an `error` member, or a whole answer.
    init(_ value: JSONValue) { read(value, name: "", depth: Self.depth) }

    private mutating func read(_ value: JSONValue, name: String, depth: Int) {
        if depth == 0 || sentences.count > Self.most || words.count > Self.most { return }
        switch value {
        case .string(let text):
            if let tree = JSONValue.embedded(in: text) { return read(tree, name: name, depth: depth - 1) }
            if Self.sentenceNames.contains(name) || name.isEmpty, !text.isEmpty { sentences.append(text) }
        case .array(let elements):
            for element in elements.prefix(Self.most) { read(element, name: name, depth: depth - 1) }
        case .object: readObject(value, name: name, depth: depth)
        case .number, .bool, .null: break
        }
    }

    private mutating func readObject(_ value: JSONValue, name: String, depth: Int) {
        for key in Self.sentenceNames {
            if let text = value[key]?.stringValue { read(.string(text), name: key, depth: depth - 1) }
        }
        for key in Self.codeNames { if let code = value[key] { read(code: code, key: key, of: value, in: name) } }
        readWait(value)
        isRetryable = isRetryable ?? value["retryable"]?.boolValue
        for key in Self.inner {
            guard let inner = value[key], inner.stringValue == nil else { continue }
            read(inner, name: key, depth: depth - 1)
        }
    }

    private mutating func read(code: JSONValue, key: String, of value: JSONValue, in name: String) {
        guard let number = code.intValue ?? code.stringValue.flatMap({ Int($0) }) else {
            // "error" alone is an envelope's name.
            if let word = code.stringValue, !["", "error", "none", "null"].contains(word.lowercased()) {
                words.append(word)
            }
            return
        }
        if (400...599).contains(number) { return statuses.append(number) }
        let vendor: ErrorMeaning.Vendor? =
            switch (name, key) {
            case ("base_resp", "status_code"): .miniMax
            case (_, "error_code") where value["error_msg"] != nil: .baidu
            case ("errors", "code"): .cloudflare
            case ("header", "code"): .iFlytek
            case (_, "code") where (1000...1399).contains(number): .zhipu
            case (_, "code") where (20_000...60_000).contains(number): .siliconFlow
            default: nil
            }
        if let vendor, let meaning = ErrorMeaning(vendor, number) { vendors.append(meaning) }
    }

    /// google.rpc.RetryInfo, "retry_after" as a span or a moment, and the headers that OpenRouter passes on.
    private mutating func readWait(_ value: JSONValue) {
        if wait != nil { return }
        let now = Double(Timestamp.now) / 1000
        for (name, scale) in [
            ("retryDelay", 1.0), ("retry_after", 1), ("retry_after_seconds", 1), ("retryAfter", 1),
            ("retryAfterSeconds", 1), ("estimated_time", 1), ("retry_after_ms", 0.001), ("retryAfterMs", 0.001),
        ] where wait == nil {
            guard let stated = value[name] else { continue }
            let text = stated.stringValue ?? (stated.doubleValue == nil ? "" : stated.text)
            if let span = RetryHint.seconds(until: text, now: now), span > 0 { wait = span * scale }
        }
        guard wait == nil, let headers = value["headers"]?.objectValue else { return }
        let lines = headers.compactMap { member in
            (member.value.stringValue ?? member.value.doubleValue.map { "\($0)" }).map { (member.key, $0) }
        }
        wait = RetryHint.seconds(lines, now: now)
    }
}

extension ErrorEnvelope {
    /// What all of it means together; `status` is the answer's own, which a class of errors may have been sent under.
    func meaning(status: Int) -> ErrorMeaning? {
        let words = self.words.compactMap(ErrorMeaning.init(word:))
        let hasRate = sentences.contains(where: ErrorMeaning.isRate)
        let hasWait = wait != nil || sentences.contains { Self.wait(in: $0) != nil }
        // A quota that comes back by itself is a rate.
        let said = (hasRate ? words.filter { $0 != .spent } + (words.contains(.spent) ? [.status(429)] : []) : words)
        // Long ones, and those that refuse the request itself, may hold what was asked.
        let quotable = [404, 413, 422].contains(status) ? [] : sentences.filter { $0.utf8.count <= 600 }
        let sentence = quotable.lazy.compactMap(ErrorMeaning.init(sentence:)).first
        if vendors.contains(.spent) || said.contains(.spent) { return .spent }
        if sentence == .spent, !hasWait { return .spent }
        let named = statuses.map(ErrorMeaning.status)
        if let refusal = (vendors + named + said).first(where: \.isRefusal) { return refusal }
        // A number says more than a sentence, but for those that stand for anything.
        if let number = named.first(where: { $0 != .status(400) && $0 != .status(500) }) { return number }
        if let sentence, sentence.isRefusal { return sentence }
        if sentence == .spent { return .status(429) }
        return named.first ?? vendors.first ?? said.first
    }

    /// Seconds in "Please try again in 1.5s", "retry after 6 seconds".
    static func wait(in sentence: String) -> Double? {
        let words = sentence.lowercased()
        for mark in ["try again in ", "retry after ", "retry in ", "try again after ", "wait for ", "please wait "] {
            if let place = words.firstRange(of: mark) {
                return RetryHint.seconds(String(words[place.upperBound...].prefix { $0 != "," }))
            }
        }
        return nil
    }
}
