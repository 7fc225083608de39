/// URLs as they may be shown, kept and logged: without what can be a secret in them.
public enum SecretURL {
    /// `url` as `shown`, with a mark that tells two queries apart without telling either.
    public static func marked(_ url: String) -> String {
        guard let mark = url.firstIndex(of: "?") else { return shown(url) }
        let hash = url[mark...].utf8.reduce(0xCBF2_9CE4_8422_2325 as UInt64) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
        return shown(url) + "?" + String(hash, radix: 16)
    }

    /// `url` without user, password, query and fragment: scheme, host, port and path.
    public static func shown(_ url: String) -> String {
        var rest = Substring(url)
        var scheme = Substring()
        if let mark = rest.firstRange(of: "://") {
            scheme = rest[..<mark.upperBound]
            rest = rest[mark.upperBound...]
        }
        rest = rest.prefix { $0 != "?" && $0 != "#" }
        let authority = rest.prefix { $0 != "/" }
        if let at = authority.lastIndex(of: "@") { rest = rest[rest.index(after: at)...] }
        return String(scheme + rest)
    }
}
