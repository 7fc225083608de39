internal import Foundation

/// What of an endpoint's requests may be secret, and must not stand in a message where a server echoes it.
struct Secrets: Sendable {
    /// The longest first, as one may hold another.
    private let values: [String]

    private static let plainHeaders: Set<String> = ["content-type", "accept", "user-agent", "x-request-id", "host"]
    private static let mark = "***"

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
        // A short word stands in messages by itself.
        values = found.filter { $0.utf8.count >= 6 }.sorted { ($0.utf8.count, $0) > ($1.utf8.count, $1) }
    }

    /// `text` with a mark in the place of each of them.
    func masked(_ text: String) -> String {
        var text = text
        for value in values where text.contains(value) { text.replace(value, with: Self.mark) }
        // A message that was cut may end in the middle of one.
        guard text.hasSuffix("…") else { return text }
        for value in values where value.count > 4 {
            let length = (4..<value.count).last { text.dropLast().hasSuffix(value.prefix($0)) }
            if let length { text = text.dropLast(length + 1) + Self.mark + "…" }
        }
        return text
    }

    /// `text` with a mark in the place of what looks like a key, whoever it belongs to.
    static func masked(_ text: String) -> String {
        var text = text
        text.replace(#/(?i)\b(bearer|basic)\s+(?=\S*[0-9=*])[A-Za-z0-9._~+\/=*-]{6,}/#) { "\($0.output.1) \(mark)" }
        text.replace(
            #/(?i)((?:authorization|api[-_ ]?key|apikey|access[-_ ]?token|auth[-_ ]?token|secret[-_ ]?key|password|[?&]key)\b[^:=\n]{0,24}[:=]\s*["']?)(?!bearer|basic)[^\s"',;&}\])]{6,}/#
        ) { "\($0.output.1)\(mark)" }
        text.replace(
            #/\b(?:(?:sk|pk|rk|gsk|hf|nvapi|xai|ghp|gho|glpat|r8|pplx|tgp|csk|key|sess|fw)[-_][A-Za-z0-9_*.-]{10,}|AIza[A-Za-z0-9_-]{20,}|(?:AKIA|ASIA)[A-Z0-9]{12,}|eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_.-]{8,}|[0-9a-f]{32}\.[A-Za-z0-9]{12,})/#,
            with: mark)
        text.replace(#/:\/\/[^\/\s@:]+:[^\/\s@]+@/#, with: "://\(mark)@")
        return text
    }
}

extension SampleError {
    /// Puts a mark in the place of what a server echoed of an endpoint's secrets.
    mutating func mask(_ secrets: Secrets) {
        switch self {
        case .server(var error):
            error.mask(secrets)
            self = .server(error)
        case .aborted(let word): self = .aborted(word.map(secrets.masked))
        case .filtered(let word): self = .filtered(secrets.masked(word))
        case .transport(let error): self = .transport(TransportError(error.kind, secrets.masked(error.detail)))
        case .reply, .dialect: break
        }
    }
}

extension ServerError {
    /// Puts a mark in the place of what the server echoed of an endpoint's secrets.
    mutating func mask(_ secrets: Secrets) {
        message = secrets.masked(message)
        type = type.map(secrets.masked)
    }
}
