import NIOCore
import NIOHTTP1

/// What RFC 9112 asks of a request's head beyond its grammar.
enum RequestHead {
    private static let host = Array("host".utf8)
    private static let expect = Array("expect".utf8)
    private static let connection = Array("connection".utf8)
    private static let transferEncoding = Array("transfer-encoding".utf8)

    /// What a head says of its connection.
    struct Wishes {
        /// Whether the client waits for `100 Continue`.
        var waits = false
        /// Whether this is its last request here (`Connection: close`).
        var closes = false
    }

    /// Whether it is of HTTP/1.0, or before.
    static func isOld(_ head: HTTPRequestHead) -> Bool { (head.version.major, head.version.minor) < (1, 1) }

    /// Checks a head and brings it into the form that routes read: the target without an authority.
    static func settle(_ head: inout HTTPRequestHead) throws(RequestRefusal) -> Wishes {
        let isOld = isOld(head)
        var hosts = 0
        var codings = 0
        var wishes = Wishes()
        // One pass and no copies: this is done for every request.
        for (name, value) in head.headers {
            switch name.utf8.count {
            case 4 where same(name, host): hosts += 1
            case 6 where same(name, expect):
                guard same(value, continueWord) else { throw .expectation }
                wishes.waits = !isOld
            case 10 where same(name, connection): wishes.closes = wishes.closes || hasClose(value)
            case 17 where same(name, transferEncoding):
                codings += 1
                if isOld || !same(value, chunked) { throw .transferEncoding }
            default: break
            }
        }
        if hosts > 1 { throw .hosts }
        if codings > 1 { throw .transferEncoding }
        if hosts == 0 {
            if !isOld { throw .hosts }
            // HTTP/1.0 knows no hosts, and no browser speaks it: the address is what the client meant.
            head.headers.add(name: "host", value: "localhost")
        }
        if head.uri.utf8.first != UInt8(ascii: "/") { try settleTarget(&head) }
        return wishes
    }

    private static let continueWord = Array("100-continue".utf8)
    private static let chunked = Array("chunked".utf8)
    private static let close = Array("close".utf8)

    // A list of words, in any case (RFC 9110, 7.6.1).
    private static func hasClose(_ value: String) -> Bool {
        if value.utf8.count <= close.count { return same(value, close) }
        return value.utf8.contains(UInt8(ascii: ","))
            && value.split(separator: ",").contains { $0.lowercased().filter { $0 != " " && $0 != "\t" } == "close" }
    }

    // The absolute form's authority is the request's, whatever Host says (RFC 9112, 3.2.2).
    private static func settleTarget(_ head: inout HTTPRequestHead) throws(RequestRefusal) {
        guard head.uri.lowercased().hasPrefix("http://") else { return }
        let rest = head.uri.dropFirst(7)
        let end = rest.firstIndex { $0 == "/" || $0 == "?" } ?? rest.endIndex
        if rest[..<end].isEmpty { throw .hosts }
        head.headers.replaceOrAdd(name: "host", value: String(rest[..<end]))
        head.uri = rest[end...].hasPrefix("/") ? String(rest[end...]) : "/" + rest[end...]
    }

    private static func same(_ text: String, _ word: [UInt8]) -> Bool {
        text.utf8.count == word.count
            && zip(text.utf8, word).allSatisfy { byte, wanted in
                byte == wanted || ((0x41...0x5A).contains(byte) && byte | 0x20 == wanted)
            }
    }
}
