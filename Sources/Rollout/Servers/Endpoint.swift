/// A probed server, ready to be asked.
public struct Endpoint: Sendable {
    /// Root of the server without a trailing slash and without `/v1`.
    public let url: String
    /// What answers there.
    public let server: ServerKind
    /// The model's name as the server lists it.
    public let model: String
    /// How to ask.
    public let dialect: any Dialect
    /// Header lines that go with every request.
    let headers: [String]

    /// An endpoint that was not probed.
    public init(url: String, server: ServerKind, model: String, api: RolloutAPI = .auto, headers: [String] = []) throws
    {
        self.url = Self.root(of: url)
        self.server = server
        self.model = model
        self.dialect = try server.dialect(api)
        self.headers = headers
    }

    /// Takes "host:8000", "http://host:8000/" and "http://host:8000/v1" alike.
    static func root(of url: String) -> String {
        var root = url.contains("://") ? url : "http://\(url)"
        while root.hasSuffix("/") { root.removeLast() }
        if root.hasSuffix("/v1") { root.removeLast(3) }
        while root.hasSuffix("/") { root.removeLast() }
        return root
    }
}
