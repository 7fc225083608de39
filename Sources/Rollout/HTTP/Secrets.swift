/// What of an endpoint's requests may be secret, and must not stand in a message where a server echoes it.
struct Secrets: Sendable {
    /// The longest first, as one may hold another.
    private let values: [String]

    private static let mark = "***"

    init(_ found: Set<String>) {
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
