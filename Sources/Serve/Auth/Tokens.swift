import Experience
import Foundation

/// The tokens a server accepts, kept as SHA-256 digests.
public struct Tokens: Sendable {
    private var byDigest: [String: Principal] = [:]

    /// No tokens.
    public init() {}

    /// Whether there are none.
    public var isEmpty: Bool { byDigest.isEmpty }

    /// Reads lines `NAME SCOPE[,SCOPE] sha256:HEX`; blank lines and lines that start with # are passed over.
    public init(path: String) throws {
        try Self.checkMode(of: path)
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

    /// Whose token it is; nil when it is not known here.
    func principal(token: String) -> Principal? { byDigest[SHA256.hex(token.utf8)] }

    /// Whose token has this digest.
    func principal(digest: String) -> Principal? { byDigest[digest] }

    /// How many names there are.
    var nameCount: Int { Set(byDigest.values.map(\.name)).count }

    // Who may write the file may make tokens. What it holds are digests: to read them is no harm.
    private static func checkMode(of path: String) throws {
        var status = stat()
        guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return }
        if status.st_mode & (S_IWGRP | S_IWOTH) != 0 {
            throw ConfigProblem("tokens", "others may write '\(path)', and so make tokens: chmod go-w it")
        }
        if status.st_uid != 0, status.st_uid != geteuid() {
            throw ConfigProblem("tokens", "'\(path)' belongs to another user, who could make tokens: chown it")
        }
    }
}
