import HTTPTypes
import HummingbirdCore
import JSON
import NIOCore

/// What a route answers with.
struct Reply: Sendable {
    enum Body: Sendable {
        case bytes([UInt8])
        /// Written piece by piece; the connection closes when it throws.
        case stream(@Sendable (inout any ResponseBodyWriter) async throws -> Void)
    }

    var status: HTTPResponse.Status = .ok
    var contentType: String
    var headers: [(HTTPField.Name, String)] = []
    var body: Body

    static func json(_ writer: JSONWriter, status: HTTPResponse.Status = .ok) -> Reply {
        Reply(status: status, contentType: "application/json", body: .bytes(writer.bytes))
    }

    static func json(_ value: JSONValue, status: HTTPResponse.Status = .ok) -> Reply {
        Reply(status: status, contentType: "application/json", body: .bytes(value.bytes))
    }

    static func text(_ text: String, type: String = "text/plain; charset=utf-8") -> Reply {
        Reply(contentType: type, body: .bytes(Array(text.utf8)))
    }

    /// The response; `requestID` is echoed so that a log line can be found.
    func response(requestID: String, isHead: Bool) -> Response {
        var fields = HTTPFields()
        fields.append(HTTPField(name: .contentType, value: contentType))
        fields.append(HTTPField(name: .requestID, value: requestID))
        for (name, value) in headers { fields.append(HTTPField(name: name, value: value)) }
        switch body {
        case .bytes(let bytes):
            let response = Response(
                status: status, headers: fields, body: ResponseBody(byteBuffer: ByteBuffer(bytes: bytes)))
            return isHead ? response.createHeadResponse() : response
        case .stream(let write):
            if isHead { return Response(status: status, headers: fields) }
            return Response(
                status: status, headers: fields,
                body: ResponseBody { writer in
                    try await write(&writer)
                    try await writer.finish(nil)
                })
        }
    }
}

extension HTTPField.Name {
    static let requestID = HTTPField.Name.known("X-Request-Id")
    static let deadline = HTTPField.Name.known("X-Deadline-Ms")
    static let idempotencyKey = HTTPField.Name.known("Idempotency-Key")
    static let jobState = HTTPField.Name.known("X-Job-State")
    static let frameOptions = HTTPField.Name.known("X-Frame-Options")

    // The names above are literals of legal characters, so that the fallback is never taken.
    static func known(_ name: String) -> HTTPField.Name { HTTPField.Name(name) ?? .trailer }
}
