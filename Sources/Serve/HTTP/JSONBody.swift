import Experience
import JSON

/// A request's body that is a JSON object, read with errors that name the member.
struct JSONBody {
    /// Nesting that any body may have.
    static let maxDepth = 64

    let row: JSONRow
    let value: JSONValue

    init(_ bytes: [UInt8]) throws {
        do {
            row = try JSONRow(checking: bytes, maxDepth: Self.maxDepth)
            value = try JSONValue(parsing: bytes, maxDepth: Self.maxDepth)
        } catch let error as JSONError {
            throw APIError.badRequest("\(error)")
        }
    }

    /// A body whose members are all known; a misspelt one must not pass for one that was left out.
    init(_ bytes: [UInt8], members: [String]) throws {
        try self.init(bytes)
        for member in value.objectValue ?? [] where !members.contains(member.key) {
            throw APIError.badRequest(
                "no member is called '\(member.key.cut(to: 60))'\(member.key.hint(among: members))")
        }
    }

    /// A member that is a string.
    func string(_ key: String) throws -> String {
        guard let text = value[key]?.stringValue else { throw APIError.badRequest("'\(key)' must be a string") }
        return text
    }

    /// A member that is a string or null, or absent.
    func optionalString(_ key: String) throws -> String? {
        guard let member = value[key], !member.isNull else { return nil }
        guard let text = member.stringValue else { throw APIError.badRequest("'\(key)' must be a string or null") }
        return text
    }

    /// A member that is a list; numbers in it are taken as their text, null stays nil.
    func strings(_ key: String, orEmpty: Bool = false) throws -> [String?] {
        guard let member = value[key], !(member.isNull && orEmpty) else {
            if orEmpty { return [] }
            throw APIError.badRequest("'\(key)' is missing")
        }
        guard let elements = member.arrayValue else { throw APIError.badRequest("'\(key)' must be an array") }
        return elements.map { $0.isNull ? nil : $0.plainText }
    }

    /// A member that is an integer in `range`, written with or without a fraction of zeros; nil when absent.
    func int(_ key: String, in range: ClosedRange<Int> = 0...(1 << 53 - 1)) throws -> Int? {
        guard let member = value[key], !member.isNull else { return nil }
        guard let number = member.intValue ?? member.doubleValue.flatMap({ Int(exactly: $0) }), range.contains(number)
        else {
            throw APIError.badRequest("'\(key)' must be an integer from \(range.lowerBound) to \(range.upperBound)")
        }
        return number
    }

    /// A number in `range`, or `fallback` when absent.
    func double(_ key: String, default fallback: Double, in range: ClosedRange<Double>) throws -> Double {
        guard let member = value[key], !member.isNull else { return fallback }
        guard let number = member.doubleValue, range.contains(number) else {
            throw APIError.badRequest(
                "'\(key)' must be a number from \(range.lowerBound) to \(range.upperBound)")
        }
        return number
    }
}

extension JSONValue {
    /// A string's text, or the JSON text of anything else.
    var plainText: String { stringValue ?? text }
}
