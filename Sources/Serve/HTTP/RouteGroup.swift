/// Routes that belong together: one part of the server, given to it as a value.
protocol RouteGroup: Sendable {
    /// In the order in which `/metrics` lists them.
    var routes: [Route] { get }
}
