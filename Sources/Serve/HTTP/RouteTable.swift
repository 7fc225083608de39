import HTTPTypes

/// One method and path of the server.
struct Route: Sendable {
    typealias Handler = @Sendable (Call) async throws -> Reply

    var method: HTTPRequest.Method
    /// Segments; `{}` stands for any one.
    var path: String
    /// What a token must allow; nil: open to all.
    var scope: Scope?
    /// Or else this.
    var orScope: Scope?
    /// Whether it changes what is kept: then its body must be JSON, which no form of a web page sends.
    var changesState = false
    /// Whether it is a page for people: a browser without credentials is led to the sign-in.
    var isPage = false
    /// The query parameters that it reads; others are refused. nil takes any: trainers and probes add their own.
    var query: [String]?
    var handler: Handler
    let statistics = RouteStatistics()

    init(
        _ method: HTTPRequest.Method, _ path: String, scope: Scope?, orScope: Scope? = nil, changesState: Bool = false,
        isPage: Bool = false, query: [String]? = nil, handler: @escaping Handler
    ) {
        self.method = method
        self.path = path
        self.scope = scope
        self.orScope = orScope
        self.changesState = changesState
        self.isPage = isPage
        self.query = query
        self.handler = handler
    }
}

/// Finds the route of a request: fixed paths by one look-up, the others by comparing segments.
struct RouteTable: Sendable {
    let routes: [Route]
    private var fixed: [String: [Int]] = [:]
    private var patterns: [(segments: [Substring], index: Int)] = []

    init(_ routes: [Route]) {
        self.routes = routes
        for (index, route) in routes.enumerated() {
            if route.path.contains("{}") {
                patterns.append((route.path.split(separator: "/", omittingEmptySubsequences: false), index))
            } else {
                fixed[route.path, default: []].append(index)
            }
        }
    }

    /// The route, and the decoded values of its open segments; throws 404 or, for a known path, 405.
    func route(_ method: HTTPRequest.Method, _ path: String) throws -> (Route, [String]) {
        let wanted = method == .head ? .get : method
        var allowed: [String] = []
        for index in fixed[path] ?? [] {
            if routes[index].method == wanted { return (routes[index], []) }
            allowed.append(routes[index].method.rawValue)
        }
        if allowed.isEmpty {
            let segments = path.split(separator: "/", omittingEmptySubsequences: false)
            for pattern in patterns where pattern.segments.count == segments.count {
                guard zip(pattern.segments, segments).allSatisfy({ $0 == $1 || ($0 == "{}" && !$1.isEmpty) }) else {
                    continue
                }
                let route = routes[pattern.index]
                guard route.method == wanted else {
                    allowed.append(route.method.rawValue)
                    continue
                }
                let values = try zip(pattern.segments, segments).filter { $0.0 == "{}" }.map { _, segment in
                    guard let value = PercentEncoding.decode(segment) else {
                        throw APIError.badRequest("the path is not valid UTF-8 in percent-encoding")
                    }
                    return value
                }
                return (route, values)
            }
        }
        if allowed.isEmpty { throw APIError.notFound("there is nothing at \(path.prefix(200))") }
        if allowed.contains("GET") { allowed.append("HEAD") }
        throw APIError(
            status: .methodNotAllowed, code: "method_not_allowed",
            message: "\(path.prefix(200)) takes \(allowed.joined(separator: ", "))",
            allow: allowed.joined(separator: ", "))
    }
}
