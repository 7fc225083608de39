import HTTPTypes
import HummingbirdCore

/// Keeps web pages of other sites from using a server through a visitor's browser.
struct OriginCheck: Sendable {
    /// A server without tokens trusts whoever reaches it, so only this machine may.
    var isOpen: Bool

    /// An open server answers only to loopback names, spelt so that no resolver decides (DNS rebinding). Whatever a browser
    /// sends by itself, the password that it was given once too, changes nothing for forms and scripts of other origins.
    func check(_ request: Request) throws {
        // RFC 9112, 3.2: the first one is the request's authority, any other stays among the fields.
        if request.headers.contains(.host) { throw APIError.badRequest("a request has one Host") }
        let authority = Authority(request.head.authority ?? "")
        if isOpen {
            guard LoopbackHost.matches(authority: request.head.authority ?? "") else {
                throw APIError(
                    status: .misdirectedRequest, code: "misdirected",
                    message: "this server answers to localhost only; give it tokens to serve other names")
            }
        } else if !Self.isBasic(request.headers[.authorization]) {
            // A page has no way to the token of a header.
            return
        }
        if request.method == .get || request.method == .head || isOwn(request.headers, authority) { return }
        throw APIError(status: .forbidden, code: "cross_origin", message: "requests from other sites are refused")
    }

    private static func isBasic(_ header: String?) -> Bool {
        header?.prefix { $0 != " " }.lowercased() == "basic"
    }

    /// Whether it comes from no page, or from one of this server's. A browser that says so itself is believed: a proxy that
    /// changes the host does not change that. Others give the page's origin.
    private func isOwn(_ headers: HTTPFields, _ authority: Authority?) -> Bool {
        if let site = headers[.secFetchSite] { return site == "same-origin" || site == "none" }
        guard let origin = headers[.origin] else { return true }
        // TLS is a proxy's, before a server that has tokens.
        let schemes = isOpen ? [("http://", 80)] : [("http://", 80), ("https://", 443)]
        guard let (scheme, usual) = schemes.first(where: { origin.hasPrefix($0.0) }), let authority,
            let from = Authority(String(origin.dropFirst(scheme.count)))
        else { return false }
        return from.host == authority.host && (from.port ?? usual) == (authority.port ?? usual)
    }
}

extension HTTPField.Name {
    fileprivate static let host = HTTPField.Name.known("Host")
    fileprivate static let secFetchSite = HTTPField.Name.known("Sec-Fetch-Site")
}
