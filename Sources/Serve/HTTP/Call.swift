import Experience
import HTTPTypes
import HummingbirdCore
import NIOCore

/// One request as a route sees it.
struct Call: Sendable {
    let request: Request
    let id: String
    /// Values of the route's `{}` segments, percent-decoded.
    let parameters: [String]
    /// The text after `?`.
    let query: String
    let principal: Principal
    let start: ContinuousClock.Instant
    let reservation: ByteReservation
    let connection: Connection

    /// The body piece by piece, of a client that may have waited to be asked for it.
    var pieces: RequestBody {
        if request.headers.contains(.expect) { connection.invitesBody() }
        return request.body
    }

    /// All query parameters, percent-decoded, in order; malformed ones are left out.
    var queryPairs: [(key: String, value: String)] { Self.pairs(of: query) }

    /// The pairs of a query or a form.
    static func pairs(of query: String) -> [(key: String, value: String)] {
        query.split(separator: "&").compactMap { pair in
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            // total: a pair is not empty, so it has a first part
            guard let key = PercentEncoding.decode(parts[0], plusIsSpace: true),
                let value = PercentEncoding.decode(parts.count > 1 ? parts[1] : "", plusIsSpace: true)
            else { return nil }
            return (key, value)
        }
    }

    /// Throws 400 for a parameter that is not `known`, given twice, or no percent-encoding.
    func checkQuery(_ known: [String]) throws {
        let pairs = queryPairs
        guard pairs.count == query.split(separator: "&").count else {
            throw APIError.badRequest("the query is not valid percent-encoding")
        }
        var given: Set<String> = []
        for (key, _) in pairs {
            guard known.contains(key) else {
                throw APIError.badRequest("no query parameter '\(key.cut(to: 100))'" + key.hint(among: known))
            }
            guard given.insert(key).inserted else {
                throw APIError.badRequest("the query parameter '\(key)' is given twice")
            }
        }
    }

    /// The value of a query parameter, percent-decoded; nil when absent.
    func query(_ name: String) -> String? {
        queryPairs.first { $0.key == name }?.value
    }

    /// A query parameter that is an integer in `range`.
    func query(_ name: String, in range: ClosedRange<Int>) throws -> Int? {
        guard let text = query(name) else { return nil }
        guard let value = Int(text), range.contains(value) else {
            throw APIError.badRequest("'\(name)' must be an integer from \(range.lowerBound) to \(range.upperBound)")
        }
        return value
    }

    /// A query parameter that is `true` or `false`; false when absent.
    func flag(_ name: String) throws -> Bool {
        switch query(name) {
        case nil, "false": return false
        case "true": return true
        default: throw APIError.badRequest("'\(name)' must be true or false")
        }
    }

    /// The whole body, at most `limit` bytes.
    func body(limit: Int) async throws -> [UInt8] {
        let length = request.headers[.contentLength].flatMap { Int($0) } ?? 0
        if length > limit { throw APIError.tooLarge(limit: limit) }
        var bytes: [UInt8] = []
        for try await buffer in pieces {
            if bytes.count + buffer.readableBytes > limit { throw APIError.tooLarge(limit: limit) }
            try reservation.grow(by: buffer.readableBytes)
            // Towards what was announced, by as much as has come: neither twice the body is held, nor what never comes.
            let needed = bytes.count + buffer.readableBytes
            if needed > bytes.capacity {
                let more = max(4 * bytes.capacity, 1 << 20)
                bytes.reserveCapacity(max(needed, length > 0 ? min(length, more) : 2 * bytes.capacity))
            }
            bytes.append(contentsOf: buffer.readableBytesView)
        }
        return bytes
    }

    /// When the request's time is up: its own `X-Deadline-Ms`, at most a day, or the server's default.
    func deadline(default seconds: Double) throws -> ContinuousClock.Instant {
        guard let text = request.headers[.deadline] else { return start + .seconds(seconds) }
        guard let milliseconds = Int(text), (1...86_400_000).contains(milliseconds) else {
            throw APIError.badRequest("X-Deadline-Ms must be an integer from 1 to 86400000")
        }
        return start + .milliseconds(milliseconds)
    }
}

enum PercentEncoding {
    /// Decodes `%XX`; nil when an escape is malformed or the result is not UTF-8.
    static func decode(_ text: some StringProtocol, plusIsSpace: Bool = false) -> String? {
        var bytes: [UInt8] = []
        var input = text.utf8.makeIterator()
        while let byte = input.next() {
            switch byte {
            case UInt8(ascii: "%"):
                guard let high = input.next().flatMap(hex), let low = input.next().flatMap(hex) else { return nil }
                bytes.append(high << 4 | low)
            case UInt8(ascii: "+") where plusIsSpace: bytes.append(0x20)
            default: bytes.append(byte)
            }
        }
        return String(validating: bytes, as: UTF8.self)
    }

    /// Encodes all but unreserved characters.
    static func encode(_ text: String) -> String {
        var output = ""
        for byte in text.utf8 {
            let scalar = Unicode.Scalar(byte)
            if byte < 0x80, scalar.properties.isAlphabetic || (0x30...0x39).contains(byte) || "-._~".utf8.contains(byte)
            {
                output.unicodeScalars.append(scalar)
            } else {
                output += "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
            }
        }
        return output
    }

    private static func hex(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
        default: nil
        }
    }
}
