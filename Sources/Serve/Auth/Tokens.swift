import Experience
import Foundation
import HTTPTypes

/// The tokens a server accepts, kept as SHA-256 digests.
public struct Tokens: Sendable {
    private var byDigest: [String: Principal] = [:]

    /// No tokens.
    public init() {}

    /// Whether there are none.
    public var isEmpty: Bool { byDigest.isEmpty }

    /// Reads lines `NAME SCOPE[,SCOPE] sha256:HEX`; blank lines and lines that start with # are passed over.
    public init(path: String) throws {
        let bytes: [UInt8]
        do {
            guard let found = try BoundedFile.bytes(of: path, most: 1 << 20) else {
                throw ConfigProblem("tokens", "'\(path)' is larger than 1 MiB")
            }
            bytes = found
        } catch let error as FileError {
            throw ConfigProblem("tokens", "\(error)")
        }
        let lines = String(decoding: bytes, as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false)
        for (number, line) in lines.enumerated() {
            let words = line.split(whereSeparator: \.isWhitespace)
            guard let first = words.first, !first.hasPrefix("#") else { continue }
            let scopes = words.count == 3 ? words[1].split(separator: ",").map { Scope(rawValue: String($0)) } : []
            guard words.count == 3, !scopes.contains(nil), !scopes.isEmpty, words[2].hasPrefix("sha256:"),
                words[2].utf8.count == 71
            else {
                throw ConfigProblem(
                    "tokens",
                    "\(path):\(number + 1): expected NAME SCOPE[,SCOPE] sha256:HEX; make one with --make-token")
            }
            byDigest[words[2].dropFirst(7).lowercased()] = Principal(
                name: String(first), scopes: Set(scopes.compactMap { $0 }))
        }
    }

    /// Adds a token given in clear, for example by the environment.
    public mutating func add(_ token: String, name: String, scopes: Set<Scope>) {
        byDigest[SHA256.hex(token.utf8)] = Principal(name: name, scopes: scopes)
    }

    /// A new token of 192 random bits, and the line for the token file.
    public static func make(name: String, scopes: [Scope]) -> (token: String, line: String) {
        let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")
        var generator = SystemRandomNumberGenerator()
        let token = "assay_" + String((0..<32).map { _ in alphabet[Int.random(in: 0..<64, using: &generator)] })
        let line = "\(name) \(scopes.map(\.rawValue).joined(separator: ",")) sha256:\(SHA256.hex(token.utf8))"
        return (token, line)
    }

    /// Who the request's credentials are: `Bearer TOKEN`, or Basic with the token as password, which is what HTTP clients
    /// and browsers make of `http://user:TOKEN@host/`.
    func principal(_ headers: HTTPFields) throws -> Principal {
        if isEmpty { return .local }
        guard let header = headers[.authorization] else {
            throw APIError(
                status: .unauthorized, code: "unauthorized",
                message: "send 'Authorization: Bearer TOKEN', or the token as password in the URL")
        }
        let words = header.split(separator: " ", maxSplits: 1)
        var token = words.count == 2 ? String(words[1]) : ""
        if words.first?.lowercased() == "basic" {
            let decoded = Data(base64Encoded: token).map { String(decoding: $0, as: UTF8.self) } ?? ""
            token = decoded.firstIndex(of: ":").map { String(decoded[decoded.index(after: $0)...]) } ?? ""
        }
        guard let principal = byDigest[SHA256.hex(token.utf8)] else {
            throw APIError(status: .unauthorized, code: "unauthorized", message: "the token is not known here")
        }
        return principal
    }
}
