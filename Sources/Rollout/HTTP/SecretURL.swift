/// URLs as they may be shown, kept and logged: without what can be a secret in them.
public enum SecretURL {
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
