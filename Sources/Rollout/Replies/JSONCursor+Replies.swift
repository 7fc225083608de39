internal import Experience
internal import JSON

/// Members of servers' answers, read wherever they stand.
extension JSONCursor {
    /// What an `error` member holds; nil where that is nothing.
    mutating func envelope() throws -> JSONValue? {
        let value = try self.value()
        switch value {
        case .object(let members): return members.allSatisfy(\.value.saysNothing) ? .none : .some(value)
        case .string, .array: return value.saysNothing ? .none : .some(value)
        case .number, .bool, .null: return .none
        }
    }

    /// A piece of a stream's text. Gateways that count in UTF-16 cut a character into two escapes, `\ud83d` at the end of one
    /// piece and `\ude00` at the start of the next: `half` is the first of them.
    mutating func piece(half: inout [UInt8]) throws -> String {
        var ahead = self
        let raw = try ahead.stringBytes()
        if raw.isEmpty {
            self = ahead
            return ""
        }
        let isCut = Self.isFirstHalf(raw)
        if half.isEmpty, !isCut { return try string() }
        let quote = UInt8(ascii: "\"")
        let text = [quote] + half + raw.dropLast(isCut ? 6 : 0) + [quote]
        half = isCut ? Array(raw.suffix(6)) : []
        self = ahead
        return try JSONCursor.read(text) { try $0.string() }
    }

    /// Whether a string ends with an escape of `\ud800` to `\udbff`, which is half a character.
    private static func isFirstHalf(_ raw: UnsafeBufferPointer<UInt8>) -> Bool {
        let end = raw.suffix(6)
        guard end.count == 6, end[end.startIndex] == UInt8(ascii: "\\"), end[end.startIndex + 1] == UInt8(ascii: "u"),
            end[end.startIndex + 2] | 0x20 == UInt8(ascii: "d"),
            "89abAB".utf8.contains(end[end.startIndex + 3])
        else { return false }
        // A backslash behind another one is that sign itself.
        return raw.dropLast(6).reversed().prefix { $0 == UInt8(ascii: "\\") }.count.isMultiple(of: 2)
    }

    /// A count, or nothing where there is none: no number, or one that counts nothing.
    mutating func statedCount() throws -> Int? {
        let number: Double?
        switch try peek() {
        case .number: number = try double()
        case .string: number = Double(try string())
        case .object, .array, .bool, .null:
            try skip()
            return nil
        }
        return number.flatMap { Int32(exactly: $0) }.flatMap { $0 >= 0 ? Int($0) : nil }
    }

    /// Steps into a list; nil where there is none, as null or, from gateways in Lua, as an object without members.
    mutating func list() throws -> Scope? {
        if try null() { return nil }
        guard try peek() == .object else { return try enterArray() }
        var scope = try enterObject()
        guard try nextKey(&scope) == nil else { throw JSONError("expected an array", at: position) }
        return nil
    }

    /// Lists of ids, or one alone; nil where there are none.
    mutating func idLists() throws -> [[Int32]]? {
        var ahead = self
        guard var list = try ahead.list(), try ahead.nextElement(&list) else {
            try skip()
            return nil
        }
        if try ahead.peek() == .number {
            var ids: [Int32] = []
            try appendIDs(&ids)
            return [ids]
        }
        var lists: [[Int32]] = []
        guard var outer = try self.list() else { return nil }
        while try nextElement(&outer) {
            var ids: [Int32] = []
            try appendIDs(&ids)
            lists.append(ids)
        }
        return lists
    }

    /// Whether a message has anything but its role; it is passed over.
    mutating func saysSomething() throws -> Bool {
        guard try peek() == .object else {
            if try peek() == .string { return try !string().isEmpty }
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
            case .number:
                if key == "content" { says = true }
                try skip()
            case .null, .bool: try skip()
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

    /// The next number, which some proxies write as a text; nil for null.
    mutating func optionalDouble() throws -> Double? {
        if try null() { return nil }
        return try peek() == .string ? Double(try string()) : try double()
    }

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
        if try peek() == .object {
            _ = try list()
            return
        }
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
            let id = Self.tokenID(named: key.text) ?? -1
            if let logprob = try optionalDouble() { pairs.append((id, Float(logprob))) }
        }
        return TopTokens(pairs)
    }

    /// `[{"id" or "token_id" or "token": …, "logprob": …}, …]`.
    mutating func topTokensByEntry() throws -> TopTokens {
        var pairs: [(Int32, Float)] = []
        guard var list = try list() else { return TopTokens(ids: [], logprobs: []) }
        while try nextElement(&list) {
            var pair: (Int32, Float) = (-1, -.infinity)
            var scope = try enterObject()
            while let key = try nextKey(&scope) {
                switch key {
                case "id", "token_id": pair.0 = try tokenID()
                case "token": if try !null(), let id = Self.tokenID(named: try stringBytes()) { pair.0 = id }
                case "logprob": pair.1 = try optionalDouble().map { Float($0) } ?? -.infinity
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
    /// Leaves out what has no probability: infinite, or not a number.
    init(_ pairs: [(Int32, Float)]) {
        let sorted = pairs.filter(\.1.isFinite).sorted { $0.1 > $1.1 }
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

extension JSONValue {
    /// Whether it is null, 0, false or empty, as members of an error are where there is none.
    fileprivate var saysNothing: Bool {
        switch self {
        case .null: true
        case .bool(let flag): !flag
        case .number: self == 0
        case .string(let text): text.isEmpty
        case .array(let elements): elements.isEmpty
        case .object(let members): members.isEmpty
        }
    }
}
