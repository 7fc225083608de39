import JSON
import NIOCore
import NIOHTTP1

/// An answer that is given before any route is asked.
struct RequestRefusal: Error {
    var status: HTTPResponseStatus
    var code: String
    var message: String

    static let tooSlow = RequestRefusal(
        status: .requestTimeout, code: "request_timeout", message: "the request did not come within read_seconds")
    static let hosts = RequestRefusal(
        status: .badRequest, code: "bad_request", message: "a request has one Host and no other")
    static let transferEncoding = RequestRefusal(
        status: .badRequest, code: "bad_request", message: "the only transfer coding is 'chunked', once, in HTTP/1.1")
    static let expectation = RequestRefusal(
        status: .expectationFailed, code: "expectation_failed", message: "the only expectation is '100-continue'")

    static let stopping = RequestRefusal(
        status: .serviceUnavailable, code: "stopping", message: "the server is stopping; try again later")

    var head: HTTPResponseHead {
        var headers: HTTPHeaders = [
            "content-type": "application/json", "content-length": "\(body.readableBytes)", "connection": "close",
        ]
        if status == .serviceUnavailable { headers.add(name: "retry-after", value: "1") }
        return HTTPResponseHead(version: .http1_1, status: status, headers: headers)
    }

    var body: ByteBuffer {
        let json: JSONValue = ["error": ["code": .string(code), "message": .string(message)]]
        return ByteBuffer(bytes: json.bytes)
    }
}
