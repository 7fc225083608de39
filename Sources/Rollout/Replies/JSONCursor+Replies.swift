internal import Experience
internal import JSON

/// Members of servers' answers, read wherever they stand.
extension JSONCursor {
    /// What an `error` member holds; nil where that is nothing.
    mutating func envelope() throws -> JSONValue? {
        let value = try self.value()
        switch value {
        case .string(let text): return text.isEmpty ? nil : value
        case .object(let members): return members.isEmpty ? nil : value
        case .array(let elements): return elements.isEmpty ? nil : value
        case .number, .bool, .null: return nil
        }
    }

    /// A count, or nothing where there is no number.
    mutating func statedCount() throws -> Int? {
        if try peek() == .number { return try tokenCount() }
        try skip()
        return nil
    }

    /// Whether a message has anything but its role; it is passed over.
    mutating func saysSomething() throws -> Bool {
        guard try peek() == .object else {
            try skip()
            return false
        }
        var says = false
        var scope = try enterObject()
        while let key = try nextKey(&scope) {
            if key == "role" {
                try skip()
                continue
            }
            switch try peek() {
            case .string: if try !string().isEmpty { says = true }
            case .array, .object: if try skip().count > 2 { says = true }
            case .null, .number, .bool: try skip()
            }
        }
        return says
    }

    /// Replaces `text` by the next string; null leaves it.
    mutating func assign(_ text: inout String) throws {
        if try null() { return }
        if try peek() == .string { text = try string() } else { try skip() }
    }

    /// Appends the next string; null adds nothing.
    mutating func append(_ text: inout String) throws {
        if try null() { return }
        if text.isEmpty { text = try string() } else { text += try string() }
    }

    /// The next number; nil for null.
    mutating func optionalDouble() throws -> Double? { try null() ? nil : try double() }

    /// A count of tokens, also one that is written with a fraction of zero; nil for null.
    mutating func optionalTokenCount() throws -> Int? { try null() ? nil : try tokenCount() }

    /// A count of tokens: what a machine can hold, so that sums of them cannot overflow.
    mutating func tokenCount() throws -> Int {
        let start = position
        guard let count = Int32(exactly: try double()), count >= 0 else {
            throw JSONError("not a count of tokens", at: start)
        }
        return Int(count)
    }

    /// A token id.
    mutating func tokenID() throws -> Int32 {
        let start = position
        guard let id = Int32(exactly: try int()), id >= 0 else { throw JSONError("not a token id", at: start) }
        return id
    }

    /// Appends an array of ids; null adds nothing.
    mutating func appendIDs(_ ids: inout [Int32]) throws {
        let (start, known) = (position, ids.count)
        try appendInt32s(to: &ids)
        for id in ids[known...] where id < 0 { throw JSONError("not a token id", at: start) }
    }

    /// The id in a token written as "token_id:27"; nil for any other text.
    static func tokenID(named raw: UnsafeBufferPointer<UInt8>) -> Int32? {
        // Most tokens are plain text: one look at the first byte.
        guard raw.count > 9, raw[0] == UInt8(ascii: "t"), raw.starts(with: "token_id:".utf8) else { return nil }
        return tokenID(named: String(decoding: raw, as: UTF8.self))
    }

    static func tokenID(named name: String) -> Int32? {
        name.hasPrefix("token_id:") ? Int32(name.dropFirst(9)) : nil
    }

    /// `{"text or token_id:27": logprob, …}`.
    mutating func topTokensByName() throws -> TopTokens {
        var pairs: [(Int32, Float)] = []
        if try null() { return TopTokens(ids: [], logprobs: []) }
        var scope = try enterObject()
        while let key = try nextKey(&scope) {
            pairs.append((Self.tokenID(named: key.text) ?? -1, Float(try double())))
        }
        return TopTokens(pairs)
    }

    /// `[{"id" or "token_id" or "token": …, "logprob": …}, …]`.
    mutating func topTokensByEntry() throws -> TopTokens {
        var pairs: [(Int32, Float)] = []
        if try null() { return TopTokens(ids: [], logprobs: []) }
        var list = try enterArray()
        while try nextElement(&list) {
            var pair: (Int32, Float) = (-1, 0)
            var scope = try enterObject()
            while let key = try nextKey(&scope) {
                switch key {
                case "id", "token_id": pair.0 = try tokenID()
                case "token": if try !null(), let id = Self.tokenID(named: try stringBytes()) { pair.0 = id }
                case "logprob": pair.1 = Float(try double())
                default: try skip()
                }
            }
            pairs.append(pair)
        }
        return TopTokens(pairs)
    }

    /// A string, number or null as text; anything else is passed over.
    mutating func scalarText() throws -> String? {
        switch try peek() {
        case .string: return try string()
        case .number: return String(decoding: try rawNumber(), as: UTF8.self)
        default:
            try skip()
            return nil
        }
    }

    /// The number at the end of a version such as "step-7" or 7; nil for "default".
    mutating func weightVersion() throws -> Int? {
        guard let text = try scalarText() else { return nil }
        return Int(String(text.reversed().prefix { $0.isASCII && $0.isNumber }.reversed()))
    }

    /// `[{"version": "step-6", "start": 0, "end": 2}, …]`; spans without a number are left out.
    mutating func weightSpans() throws -> [WeightSpan] {
        if try null() { return [] }
        var spans: [WeightSpan] = []
        var list = try enterArray()
        while try nextElement(&list) {
            var version: Int?
            var start = 0
            var end = 0
            var scope = try enterObject()
            while let key = try nextKey(&scope) {
                switch key {
                case "version", "step": version = try weightVersion()
                case "start": start = try int()
                case "end": end = try int()
                default: try skip()
                }
            }
            if let version, start >= 0, start <= end { spans.append(WeightSpan(version: version, tokens: start..<end)) }
        }
        return spans
    }
}

extension TopTokens {
    init(_ pairs: [(Int32, Float)]) {
        let sorted = pairs.sorted { $0.1 > $1.1 }
        self.init(ids: sorted.map(\.0), logprobs: sorted.map(\.1))
    }
}

extension UnsafeBufferPointer<UInt8> {
    /// Whether a token of this text, as it stands in JSON, holds a part of a character only: no text, or a replacement character.
    var isPartOfCharacter: Bool {
        if isEmpty { return true }
        return suffix(3).elementsEqual([0xEF, 0xBF, 0xBD]) || suffix(6).elementsEqual("\\ufffd".utf8)
            || suffix(6).elementsEqual("\\uFFFD".utf8)
    }
}
