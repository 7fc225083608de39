import Experience
import JSON
import Workers

/// JSON-RPC on lines, as servers of the Model Context Protocol speak it over stdio.
struct MCPLines: LineProtocol {
    func lines(of requests: [LineRequest]) -> [UInt8] { requests.flatMap { $0.body + [UInt8(ascii: "\n")] } }

    func read(_ line: ArraySlice<UInt8>) throws(LineFault) -> [HeardLine] {
        if line.allSatisfy({ $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\r") }) { return [] }
        guard let json = try? JSONValue(parsing: line, maxDepth: 64) else {
            throw LineFault("not JSON-RPC: \(line.quoted)")
        }
        var heard: [HeardLine] = []
        for message in json.arrayValue ?? [json] { heard += try Self.heard(message, line) }
        return heard
    }

    private static func heard(_ message: JSONValue, _ line: ArraySlice<UInt8>) throws(LineFault) -> [HeardLine] {
        if let method = message["method"]?.stringValue {
            guard let id = message["id"]?.unlessNull else { return [] }
            return [.question(reply: MCPMessage.reply(to: method, id: id).bytes + [UInt8(ascii: "\n")])]
        }
        guard let id = message["id"]?.intValue, message["result"] != nil || message["error"] != nil else {
            throw LineFault("neither an answer nor a request: \(line.quoted)")
        }
        return [.answer(id, message)]
    }
}

/// Messages of the protocol.
enum MCPMessage {
    static func request(_ id: Int, _ method: String, _ parameters: JSONValue?) -> JSONValue {
        .object(
            [.init("jsonrpc", "2.0"), .init("id", .int(id)), .init("method", .string(method))]
                + (parameters.map { [.init("params", $0)] } ?? []))
    }

    static func notification(_ method: String) -> JSONValue { ["jsonrpc": "2.0", "method": .string(method)] }

    /// What a server is told that asks something of us: it may ask whether we are there.
    static func reply(to method: String, id: JSONValue) -> JSONValue {
        if method == "ping" { return ["jsonrpc": "2.0", "id": id, "result": .object([])] }
        return [
            "jsonrpc": "2.0", "id": id,
            "error": ["code": -32601, "message": .string("this client has no '\(method.cut(to: 100))'")],
        ]
    }
}
