import JSON
import Verifiers

/// The cookies of one episode at one server: sent with every request, renewed by every reply.
struct CookieJar: Sendable {
    private var values: [(name: String, value: String)] = []

    // A server that sets more is not keeping a session.
    private static let most = 64

    var isEmpty: Bool { values.isEmpty }

    /// The header line that sends them.
    var header: String { "Cookie: " + values.map { "\($0.name)=\($0.value)" }.joined(separator: "; ") }

    /// Takes over what a reply sets; one that it takes back is gone.
    mutating func renew(from reply: HTTPReply) {
        for header in reply.headers where header.name == "set-cookie" {
            var attributes = header.value.split(separator: ";", omittingEmptySubsequences: false)[...].map(Self.bare)
            let pair = attributes.removeFirst().split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard pair.count == 2, !pair[0].isEmpty else { continue }
            let (name, value) = (String(pair[0]), String(pair[1]))
            // It goes back as a header line.
            guard (name + value).utf8.allSatisfy({ (0x21...0x7E).contains($0) && $0 != UInt8(ascii: ";") }) else {
                continue
            }
            values.removeAll { $0.name == name }
            let isTakenBack = value.isEmpty || attributes.contains { $0.lowercased() == "max-age=0" }
            if !isTakenBack { values.append((name, value)) }
        }
        if values.count > Self.most { values.removeFirst(values.count - Self.most) }
    }

    /// The session that the cookies name, where they say so: Starlette signs a session's JSON, written in base64.
    var session: String? {
        for (_, value) in values {
            guard let payload = value.split(separator: ".").first, let bytes = Base64.decoded(String(payload)),
                let json = try? JSONValue(parsing: bytes, maxDepth: 16)
            else { continue }
            if let session = json["session_id"]?.stringValue { return session }
        }
        return nil
    }

    private static func bare(_ text: Substring) -> String {
        let isSpace: (Character) -> Bool = { $0 == " " || $0 == "\t" }
        return String(text.drop(while: isSpace).reversed().drop(while: isSpace).reversed())
    }
}
