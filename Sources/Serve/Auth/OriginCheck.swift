import HTTPTypes
import HummingbirdCore

/// Keeps web pages of other sites from using a server through a visitor's browser.
struct OriginCheck: Sendable {
    /// A server without tokens trusts whoever reaches it, so only this machine may.
    var isOpen: Bool

    /// An open server answers only to loopback names, spelt so that no resolver decides (DNS rebinding). What a browser says
    /// of the page behind a request counts whatever credentials come with it: some it sends by itself.
    func check(_ request: Request) throws {
        let authority = request.head.authority ?? ""
        if isOpen, !LoopbackHost.matches(authority: authority) {
            throw APIError(
                status: .misdirectedRequest, code: "misdirected",
                message: "this server answers to localhost only; give it tokens to serve other names")
        }
        let headers = request.headers
        let site = headers[.secFetchSite]
        let origin = headers[.origin]
        // No page is behind it.
        if site == nil, origin == nil { return }
        if let origin, !isOwn(origin, Authority(authority)) { throw Self.foreign }
        switch site {
        case nil, "same-origin", "none": return
        default:
            // A link on another site may lead here; what it shows, that site does not see.
            guard origin == nil, request.method == .get || request.method == .head,
                headers[.secFetchMode] == "navigate", headers[.secFetchDest] == "document"
            else { throw Self.foreign }
        }
    }

    private static let foreign = APIError(
        status: .forbidden, code: "cross_origin", message: "requests from other sites' pages are refused")

    private func isOwn(_ origin: String, _ authority: Authority?) -> Bool {
        // TLS is a proxy's, before a server that has tokens; it leaves the Host as it is.
        let schemes = isOpen ? [("http://", 80)] : [("http://", 80), ("https://", 443)]
        guard let (scheme, usual) = schemes.first(where: { origin.hasPrefix($0.0) }), let authority,
            let from = Authority(String(origin.dropFirst(scheme.count)))
        else { return false }
        return from.host == authority.host && (from.port ?? usual) == (authority.port ?? usual)
    }
}

extension HTTPField.Name {
    static let secFetchSite = HTTPField.Name.known("Sec-Fetch-Site")
    fileprivate static let secFetchMode = HTTPField.Name.known("Sec-Fetch-Mode")
    fileprivate static let secFetchDest = HTTPField.Name.known("Sec-Fetch-Dest")
}
