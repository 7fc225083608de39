import HTTPTypes
import HummingbirdCore
import Reports

/// Where people give their token once and get a cookie for it.
struct SignInRoutes: RouteGroup {
    let credentials: Credentials
    private static let maxBytes = 16 << 10

    var routes: [Route] {
        [
            Route(.get, "/sign-in", scope: nil, query: ["next"]) { call in
                let next = Self.safe(call.query("next"))
                return credentials.isOpen ? Self.redirect(to: next) : Self.page(next: next)
            },
            Route(.post, "/sign-in", scope: nil, query: [], handler: signIn),
            Route(.post, "/sign-out", scope: nil, query: []) { call in
                credentials.signOut(call.request.headers)
                var reply = Self.redirect(to: "/sign-in")
                reply.headers.append((.setCookie, Credentials.cookie(nil, isSecure: Self.isSecure(call))))
                return reply
            },
        ]
    }

    @Sendable private func signIn(_ call: Call) async throws -> Reply {
        let type = call.request.headers[.contentType]?.prefix { $0 != ";" } ?? ""
        guard type == "application/x-www-form-urlencoded" else {
            throw APIError(
                status: .unsupportedMediaType, code: "content_type", message: "the sign-in page's form is what is read")
        }
        let form = String(decoding: try await call.body(limit: Self.maxBytes), as: UTF8.self)
        let fields = Call.pairs(of: form)
        let next = Self.safe(fields.first { $0.key == "next" }?.value)
        let token = fields.first { $0.key == "token" }?.value ?? ""
        guard let value = credentials.signIn(token: token) else {
            var reply = Self.page(next: next, complaint: "This token is not known here.")
            reply.status = .unauthorized
            return reply
        }
        var reply = Self.redirect(to: next)
        reply.headers.append((.setCookie, Credentials.cookie(value, isSecure: Self.isSecure(call))))
        return reply
    }

    /// To a page of ours.
    static func redirect(to path: String) -> Reply {
        var reply = Reply.text("see \(path)\n")
        reply.status = .seeOther
        reply.headers = [(.location, path), (.cacheControl, "no-store")]
        return reply
    }

    // Only a path of this server: what begins with two slashes, or with one that a browser takes for one, is another's.
    private static func safe(_ path: String?) -> String {
        guard let path, path.utf8.first == UInt8(ascii: "/"), path.utf8.count <= 2000,
            ![UInt8(ascii: "/"), UInt8(ascii: "\\")].contains(path.utf8.dropFirst().first),
            path.utf8.allSatisfy({ (0x21...0x7E).contains($0) && $0 != UInt8(ascii: "\\") })
        else { return "/" }
        return path
    }

    // TLS ends at a proxy; the browser says which address it sees.
    private static func isSecure(_ call: Call) -> Bool { call.request.headers[.origin]?.hasPrefix("https://") ?? false }

    private static func page(next: String, complaint: String = "") -> Reply {
        var body: Markup = """
            <h1>Sign in</h1>
            <form method="post" action="/sign-in">
            <p><label for="token">Token</label> <input id="token" name="token" type="password" autocomplete="current-password" \
            required autofocus></p>
            <input type="hidden" name="next" value="\(next)">
            <p><button>Sign in</button></p>
            </form>

            """
        if !complaint.isEmpty { body.add("<p class=\"bad\" role=\"alert\">\(complaint)</p>\n") }
        return PageFrame.reply(html: Page.html(title: "Sign in", navigation: "", body: body))
    }
}
