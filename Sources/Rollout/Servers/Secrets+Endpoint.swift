internal import Foundation

extension Secrets {
    private static let plainHeaders: Set<String> = ["content-type", "accept", "user-agent", "x-request-id", "host"]

    /// The values of an endpoint's own header lines, what its URL holds of passwords, and the values of its query.
    init(_ address: ServerAddress, headers: [String]) {
        var found: Set<String> = []
        for line in headers {
            let parts = line.split(separator: ":", maxSplits: 1)
            guard parts.count == 2, !Self.plainHeaders.contains(parts[0].lowercased()) else { continue }
            let words = parts[1].split(separator: " ")
            found.insert(words.joined(separator: " "))
            if words.count > 1, let last = words.last { found.insert(String(last)) }
        }
        for pair in address.query.split(whereSeparator: { "?&".contains($0) }) {
            if let value = pair.split(separator: "=", maxSplits: 1).dropFirst().first { found.insert(String(value)) }
        }
        let root = address.root
        let host = root.firstRange(of: "://").map { root[$0.upperBound...] } ?? root[...]
        if let at = host.prefix(while: { $0 != "/" }).lastIndex(of: "@") {
            let login = String(host[..<at])
            for word in login.split(separator: ":").map(String.init) + [login] {
                found.formUnion([word, word.removingPercentEncoding ?? word])
            }
            // As the header has it.
            found.insert(Data((login.removingPercentEncoding ?? login).utf8).base64EncodedString())
        }
        self.init(found)
    }
}
