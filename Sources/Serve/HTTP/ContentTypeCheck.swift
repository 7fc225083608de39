import HTTPTypes
import HummingbirdCore

/// State changes by JSON alone: what a form of a web page can send without asking is not it.
enum ContentTypeCheck {
    /// Throws 415 for a body of another type, and for none that a form says it is.
    static func check(_ request: Request) throws {
        if request.method == .get || request.method == .head { return }
        let headers = request.headers
        guard let given = headers[.contentType] else {
            if request.method == .delete
                || (headers[.contentLength] ?? "0") == "0" && !headers.contains(.transferEncoding)
            {
                return
            }
            throw refused("no Content-Type")
        }
        let type = given.prefix { $0 != ";" }.lowercased().filter { $0 != " " && $0 != "\t" }
        if ["application/json", "application/x-ndjson", "application/jsonl"].contains(type) { return }
        throw refused("the Content-Type '\(given.prefix(100))'")
    }

    private static func refused(_ what: String) -> APIError {
        APIError(
            status: .unsupportedMediaType, code: "content_type",
            message: "\(what) is not taken here: send application/json, or rows as application/x-ndjson")
    }
}
