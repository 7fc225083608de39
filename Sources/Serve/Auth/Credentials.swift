import Foundation
import HTTPTypes
import Synchronization

/// Who calls: by a token in a header, or by the cookie that a browser was given for one.
final class Credentials: Sendable {
    private struct Session {
        var digest: String
        var end: ContinuousClock.Instant
    }

    private struct State {
        var tokens: Tokens
        /// By the digest of the cookie's value.
        var sessions: [String: Session] = [:]
    }

    /// Whether there are no tokens, and so nobody to tell apart.
    let isOpen: Bool
    private let state: Mutex<State>

    static let cookieName = "assay_session"
    private static let sessionSeconds = 12 * 3600
    private static let maxSessions = 10_000

    init(tokens: Tokens) {
        isOpen = tokens.isEmpty
        state = Mutex(State(tokens: tokens))
    }

    /// How many names the tokens have.
    var nameCount: Int { state.withLock { $0.tokens.nameCount } }

    /// From now on these count; sessions of tokens that are gone end.
    func replace(by tokens: Tokens) {
        state.withLock { state in
            state.tokens = tokens
            state.sessions = state.sessions.filter { tokens.principal(digest: $0.value.digest) != nil }
        }
    }

    /// Who sent a request: `Bearer TOKEN`, or Basic with the token as password, which is what HTTP clients make of
    /// `http://user:TOKEN@host/`, or a session's cookie. A browser gets no further with Basic: it would send it for other
    /// sites' pages too.
    func principal(_ headers: HTTPFields) throws -> Principal {
        if isOpen { return .local }
        guard let header = headers[.authorization] ?? headers[.xrlAuthorization] else {
            if let principal = sessionPrincipal(headers) { return principal }
            throw APIError.unauthorized(
                "send 'Authorization: Bearer TOKEN', or the token as password in the URL; people sign in at /sign-in")
        }
        let words = header.split(separator: " ", maxSplits: 1)
        guard words.count == 2, let scheme = words.first?.lowercased() else {
            throw APIError.unauthorized("the Authorization is no 'Bearer TOKEN'")
        }
        var token = String(words[1])  // total: there are two
        switch scheme {
        case "bearer": break
        case "basic":
            if headers.contains(.secFetchSite) || headers.contains(.origin) {
                throw APIError.unauthorized("browsers sign in at /sign-in")
            }
            let decoded = Data(base64Encoded: token).map { String(decoding: $0, as: UTF8.self) } ?? ""
            token = decoded.firstIndex(of: ":").map { String(decoded[decoded.index(after: $0)...]) } ?? ""
        default: throw APIError.unauthorized("'\(scheme.prefix(40))' is no scheme of this server: send 'Bearer TOKEN'")
        }
        guard let principal = state.withLock({ $0.tokens.principal(token: token) }) else {
            throw APIError.unauthorized("the token is not known here")
        }
        return principal
    }

    /// A cookie's value for a token; nil when the token is not known.
    func signIn(token: String) -> String? {
        let value = String(
            (0..<4).flatMap { _ in String(UInt64.random(in: .min ... .max), radix: 36) + "." }.dropLast())
        let digest = SHA256.hex(token.utf8)
        let now = ContinuousClock.now
        let isKnown = state.withLock { state in
            guard state.tokens.principal(digest: digest) != nil else { return false }
            state.sessions = state.sessions.filter { $0.value.end > now }
            if state.sessions.count >= Self.maxSessions,
                let oldest = state.sessions.min(by: { $0.value.end < $1.value.end })?.key
            {
                state.sessions[oldest] = nil
            }
            state.sessions[SHA256.hex(value.utf8)] = Session(
                digest: digest, end: now + .seconds(Self.sessionSeconds))
            return true
        }
        return isKnown ? value : nil
    }

    /// Ends the session of a request.
    func signOut(_ headers: HTTPFields) {
        guard let value = Self.sessionValue(headers) else { return }
        let key = SHA256.hex(value.utf8)
        _ = state.withLock { $0.sessions.removeValue(forKey: key) }
    }

    /// The `Set-Cookie` that keeps a session, or ends it: scripts do not see it, and no other site's page sends it.
    static func cookie(_ value: String?, isSecure: Bool) -> String {
        "\(cookieName)=\(value ?? ""); Path=/; HttpOnly; SameSite=Strict; Max-Age=\(value == nil ? 0 : sessionSeconds)"
            + (isSecure ? "; Secure" : "")
    }

    private func sessionPrincipal(_ headers: HTTPFields) -> Principal? {
        guard let value = Self.sessionValue(headers) else { return nil }
        let key = SHA256.hex(value.utf8)
        return state.withLock { state in
            guard let session = state.sessions[key], session.end > .now,
                var principal = state.tokens.principal(digest: session.digest)
            else { return nil }
            principal.isSession = true
            return principal
        }
    }

    private static func sessionValue(_ headers: HTTPFields) -> String? {
        guard let cookies = headers[.cookie] else { return nil }
        for cookie in cookies.split(separator: ";") {
            let parts = cookie.split(separator: "=", maxSplits: 1)
            guard parts.count == 2, let name = parts.first, let value = parts.last else { continue }
            if name.drop(while: { $0 == " " }) == cookieName { return String(value) }
        }
        return nil
    }
}

extension HTTPField.Name {
    // ROLL's reward workers send their token in it.
    fileprivate static let xrlAuthorization = HTTPField.Name.known("XRL-Authorization")
}
