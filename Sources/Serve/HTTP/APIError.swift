import HTTPTypes
import JSON

/// A request that is refused, as the client gets to see it: `{"error": {"code", "message"}}`.
struct APIError: Error, Sendable {
    var status: HTTPResponse.Status
    /// One machine-readable word.
    var code: String
    /// What happened and what to do.
    var message: String
    /// Seconds to wait before another try.
    var retryAfter: Int?
    var allow: String?

    static func badRequest(_ message: String) -> APIError {
        APIError(status: .badRequest, code: "bad_request", message: message)
    }

    static func notFound(_ message: String) -> APIError {
        APIError(status: .notFound, code: "not_found", message: message)
    }

    static func conflict(_ message: String) -> APIError {
        APIError(status: .conflict, code: "conflict", message: message)
    }

    static func off(_ message: String) -> APIError {
        APIError(status: .notImplemented, code: "not_configured", message: message)
    }

    static func tooLarge(limit: Int) -> APIError {
        APIError(
            status: .contentTooLarge, code: "too_large",
            message: "the body is larger than \(limit) bytes; send less or raise max_body_bytes")
    }

    static func overloaded(_ what: String, status: HTTPResponse.Status = .serviceUnavailable) -> APIError {
        APIError(status: status, code: "overloaded", message: "\(what); try again later", retryAfter: 1)
    }

    /// What is kept cannot be read: to ask again gives the same.
    static func damaged(_ message: String) -> APIError {
        APIError(status: .internalServerError, code: "damaged", message: message)
    }

    static func unauthorized(_ message: String) -> APIError {
        APIError(status: .unauthorized, code: "unauthorized", message: message)
    }

    /// What was asked for can never be answered, whenever it is asked.
    static func permanent(_ message: String) -> APIError {
        APIError(status: .unprocessableContent, code: "cannot_be_judged", message: message)
    }

    /// A failure that the server has no words for; its log has them under the request's id.
    static func inside(_ requestID: String) -> APIError {
        APIError(
            status: .internalServerError, code: "internal",
            message: "the server failed; its log says why under request \(requestID)")
    }

    var reply: Reply {
        var reply = Reply.json(
            ["error": ["code": .string(code), "message": .string(message)]], status: status)
        reply.headers += headers
        return reply
    }

    /// What a client is told beside the message.
    var headers: [(HTTPField.Name, String)] {
        var headers: [(HTTPField.Name, String)] = []
        if let retryAfter { headers.append((.retryAfter, String(retryAfter))) }
        if let allow { headers.append((.allow, allow)) }
        if status == .unauthorized { headers.append((.wwwAuthenticate, "Bearer realm=\"assay\"")) }
        return headers
    }
}
