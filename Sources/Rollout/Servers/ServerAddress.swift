/// Where a server is, read from a configured URL.
///
/// `host:8000`, `http://host:8000/`, `http://host:8000/v1` are one server, whose OpenAI routes are under `/v1`. A longer path
/// stays: `https://host/v1beta/openai`, `https://host/openai/deployments/name?api-version=…`; what its routes are under is
/// found out (`ServerProbe`), or said by a URL that ends with the route itself, `…/chat/completions`. `unix:/run/vllm.sock`, and
/// `unix:/run/vllm.sock:/base`, is a server behind a Unix socket.
public struct ServerAddress: Sendable, Hashable {
    /// What requests begin with, user and password included.
    var root: String
    /// What goes behind each path, with its question mark.
    var query: String
    /// What the OpenAI routes are under: "/v1", or nothing.
    var prefix: String
    /// Whether `prefix` was said by the URL.
    var isPrefixKnown: Bool
    /// The Unix socket; nil for TCP.
    var socketPath: String?
    /// The address without secrets, for messages, stores and pages.
    public let shown: String

    /// Why a text can be no server's URL, in words; nil where it can be one.
    public static func fault(in text: String) -> String? {
        if text.hasPrefix("unix:") { return nil }
        if text.isEmpty || text.contains(where: \.isWhitespace) {
            return "'\(text)' is no URL: http://HOST:PORT, https://…, or unix:/PATH"
        }
        guard let scheme = text.firstRange(of: "://").map({ text[..<$0.lowerBound].lowercased() }),
            !["http", "https", "http+unix"].contains(scheme)
        else { return nil }
        return "'\(scheme)' is no protocol of inference servers: http, https or unix"
    }

    /// Reads a configured URL.
    public init(_ text: String) {
        var url = text
        if let path = Self.socket(in: text) {
            socketPath = path.socket
            url = "http://localhost" + path.base
        } else if !text.contains("://") {
            url = "http://\(text)"
        }
        if let fragment = url.firstIndex(of: "#") { url = String(url[..<fragment]) }
        let mark = url.firstIndex(of: "?") ?? url.endIndex
        query = String(url[mark...])
        var root = String(url[..<mark])
        Self.trim(&root)
        (prefix, isPrefixKnown) = ("/v1", false)
        for route in ["/chat/completions", "/completions"] where root.hasSuffix(route) {
            root.removeLast(route.count)
            (prefix, isPrefixKnown) = ("", true)
            break
        }
        if root.hasSuffix("/v1") {
            root.removeLast(3)
            (prefix, isPrefixKnown) = ("/v1", true)
        }
        Self.trim(&root)
        self.root = root
        if let socketPath {
            shown =
                "unix:" + socketPath
                + (root == "http://localhost" ? "" : ":" + root.dropFirst("http://localhost".count))
        } else {
            shown = SecretURL.shown(root)
        }
    }

    /// Whether the path can be a root of OpenAI routes itself, as no plain `host:port` is.
    var hasPath: Bool {
        let authority = root.firstRange(of: "://").map { root[$0.upperBound...] } ?? root[...]
        return authority.contains("/")
    }

    /// The URL of a server's route; those that begin with `/v1` go under `prefix`.
    func url(_ path: String) -> String {
        if path.hasPrefix("/v1/") { return "\(root)\(prefix)\(path.dropFirst(3))\(query)" }
        return "\(root)\(path)\(query)"
    }

    /// The request of a route.
    func get(_ path: String, headers: [String]) -> HTTPRequest {
        var request = HTTPRequest.get(url(path), headers: headers)
        request.socketPath = socketPath
        return request
    }

    /// The request of a route.
    func post(_ path: String, headers: [String], json: [UInt8]) -> HTTPRequest {
        var request = HTTPRequest.post(url(path), headers: headers, json: json)
        request.socketPath = socketPath
        return request
    }

    private static func trim(_ root: inout String) {
        while root.hasSuffix("/"), !root.hasSuffix("://") { root.removeLast() }
    }

    private static func socket(in text: String) -> (socket: String, base: String)? {
        for scheme in ["unix://", "unix:", "http+unix://"] where text.hasPrefix(scheme) {
            var path = String(text.dropFirst(scheme.count))
            if scheme == "http+unix://" {
                // The path is the host, its slashes escaped.
                let host = path.prefix { $0 != "/" }
                let base = String(path.dropFirst(host.count))
                let socket = String(host).replacing("%2F", with: "/").replacing("%2f", with: "/")
                return (socket, base)
            }
            guard let colon = path.firstIndex(of: ":") else { return (path, "") }
            let base = String(path[path.index(after: colon)...])
            path = String(path[..<colon])
            return (path, base)
        }
        return nil
    }
}
