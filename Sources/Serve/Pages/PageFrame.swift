import Foundation
import HTTPTypes
import Reports

/// What all pages share: navigation and headers.
enum PageFrame {
    /// Links at the top of every page.
    static let navigation: Markup = """
        <b>assay</b> <nav aria-label="Pages"><a href="/">Runs</a> <a href="/compare">Compare</a> \
        <a href="/playground">Playground</a> <a href="/metrics">Metrics</a> <a href="/openapi.json">API</a></nav>
        """

    /// A page of our own.
    static func reply(title: String, body: Markup) -> Reply {
        reply(html: Page.html(title: title, navigation: navigation, body: body))
    }

    /// A rendered page with its headers: nothing but our own script and style runs, and nobody frames it.
    static func reply(html: String) -> Reply {
        var reply = Reply.text(html, type: "text/html; charset=utf-8")
        reply.headers = [
            (.contentSecurityPolicy, policy), (.xContentTypeOptions, "nosniff"), (.cacheControl, "no-store"),
        ]
        return reply
    }

    /// What went wrong, as a page for people.
    static func reply(_ error: APIError) -> Reply {
        let words = error.status == .notFound ? "Nothing is here" : error.status.reasonPhrase
        let body: Markup = """
            <h1>\(words)</h1>
            <p>\(error.message)</p>
            <p><a href="/">All runs</a></p>

            """
        var reply = reply(title: words, body: body)
        reply.status = error.status
        reply.headers += error.headers
        return reply
    }

    /// A script of ours.
    static func script(_ text: String) -> Reply {
        var reply = Reply.text(text, type: "text/javascript; charset=utf-8")
        reply.headers = [(.xContentTypeOptions, "nosniff"), (.cacheControl, "no-cache")]
        return reply
    }

    // The stylesheet stands in the page; its hash allows it and no other.
    private static let policy =
        "default-src 'none'; script-src 'self'; style-src 'sha256-\(styleHash)'; img-src data:; connect-src 'self'; "
        + "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

    private static let styleHash = Data(SHA256.digest(Page.stylesheet.utf8)).base64EncodedString()
}
