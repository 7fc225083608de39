import Experience
import HTTPTypes
import JSON
import Verifiers

/// The body of `POST /v1/verify`: one item, or `{"items": [...]}`.
struct VerifyRequest {
    var verifier: String?
    var items: [VerificationItem] = []
    var isBatch = false

    /// Parses in one pass; throws `APIError` that says what is wrong where.
    init(_ body: [UInt8]) throws {
        do {
            // Strings that nobody decodes are checked here, once for all items.
            guard (try? UTF8Span(validating: body.span)) != nil else {
                throw APIError.badRequest("the body is not valid UTF-8")
            }
            try JSONCursor.read(body, maxDepth: JSONBody.maxDepth) { cursor in
                guard try cursor.peek() == .object else { throw APIError.badRequest("expected a JSON object") }
                let start = cursor.position
                var item = ItemParts()
                var other: String?
                var scope = try cursor.enterObject()
                while let key = try cursor.nextKey(&scope) {
                    switch key {
                    case "verifier": verifier = try cursor.null() ? nil : Self.string(&cursor, "verifier")
                    case "items":
                        isBatch = true
                        try readItems(&cursor)
                    default:
                        if other == nil { other = key.text }
                        try item.read(key, &cursor)
                    }
                }
                // A row's own fields stand in its item: beside `items` a member is a misspelt or imagined option.
                if isBatch, let other {
                    throw APIError.badRequest(
                        "no member beside 'items' is called '\(other.cut(to: 60))'"
                            + other.hint(among: ["verifier", "items"]))
                }
                if isBatch { return }
                items = [try item.finish(row: cursor.bytes[start..<cursor.position], at: "", ordinal: 0)]
            }
        } catch let error as JSONError {
            throw APIError.badRequest("\(error)")
        }
    }

    private mutating func readItems(_ cursor: inout JSONCursor) throws {
        guard try cursor.peek() == .array else { throw APIError.badRequest("'items' must be an array") }
        var scope = try cursor.enterArray()
        items.removeAll()
        while try cursor.nextElement(&scope) {
            let place = "items[\(items.count)]"
            guard try cursor.peek() == .object else { throw APIError.badRequest("\(place) must be an object") }
            let start = cursor.position
            var item = ItemParts()
            var members = try cursor.enterObject()
            while let key = try cursor.nextKey(&members) { try item.read(key, &cursor) }
            items.append(
                try item.finish(row: cursor.bytes[start..<cursor.position], at: place + ".", ordinal: items.count))
        }
    }

    fileprivate static func string(_ cursor: inout JSONCursor, _ key: String) throws -> String {
        guard try cursor.peek() == .string else { throw APIError.badRequest("'\(key)' must be a string") }
        return try cursor.string()
    }
}

/// The members of an item that every verifier shares; the whole object goes along as the problem's fields.
struct ItemParts {
    private var response: String?
    private var answer: String?
    private var id: String?
    private var hasResponse = false

    mutating func read(_ key: JSONCursor.Key, _ cursor: inout JSONCursor) throws {
        switch key {
        case "response":
            hasResponse = true
            response = try cursor.null() ? nil : VerifyRequest.string(&cursor, "response")
        case "answer": answer = try Self.text(&cursor)
        case "id": id = try Self.text(&cursor)
        default: try cursor.skip()
        }
    }

    func finish(row: Slice<UnsafeBufferPointer<UInt8>>, at place: String, ordinal: Int) throws -> VerificationItem {
        guard hasResponse else { throw APIError.badRequest("'\(place)response' is missing") }
        let problem = Problem(id: id ?? String(ordinal), answer: answer, fields: JSONRow(parsed: Array(row)))
        // A null response is a completion without text: the verifier finds no answer in it.
        return VerificationItem(problem: problem, completion: Completion(text: response ?? ""))
    }

    // Gold answers and ids are often numbers: their JSON text is meant.
    private static func text(_ cursor: inout JSONCursor) throws -> String? {
        switch try cursor.peek() {
        case .string: return try cursor.string()
        case .null:
            _ = try cursor.null()
            return nil
        default: return String(decoding: cursor.bytes[try cursor.skip()], as: UTF8.self)
        }
    }
}
