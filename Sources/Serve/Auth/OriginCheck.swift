import HTTPTypes
import HummingbirdCore

/// Keeps web pages of other sites from using a server without tokens through a visitor's browser.
struct OriginCheck: Sendable {
    /// Off when tokens are required: a foreign page has none.
    var isOn: Bool

    /// A loopback server answers only to loopback names (DNS rebinding), and not to forms and scripts of other origins.
    func check(_ request: Request) throws {
        guard isOn else { return }
        let authority = request.head.authority ?? ""
        guard Self.isLoopback(authority) else {
            throw APIError(
                status: .misdirectedRequest, code: "misdirected",
                message: "this server answers to localhost only; give it tokens to serve other names")
        }
        if let origin = request.headers[.origin], origin != "http://\(authority)", request.method != .get {
            throw APIError(status: .forbidden, code: "cross_origin", message: "requests from other sites are refused")
        }
    }

    private static func isLoopback(_ authority: String) -> Bool {
        let host: Substring
        if authority.hasPrefix("[") {
            host = authority.prefix { $0 != "]" }.dropFirst()
        } else {
            host = authority.prefix { $0 != ":" }
        }
        return host == "localhost" || host == "::1" || host.hasPrefix("127.")
    }
}
