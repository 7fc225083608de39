/// The address that a server listens on.
public struct ServerAddress: Sendable {
    /// The host it was told.
    public var host: String
    /// The port, chosen by the system when it was told 0.
    public var port: Int
    /// `http://host:port`.
    public var baseURL: String { "http://\(host.contains(":") ? "[\(host)]" : host):\(port)" }
}
