/// The two texts after `verify --explain`, which are taken as they stand: "-5" is a gold, no flag.
enum ExplainedTexts {
    /// The arguments with each text behind a flag of its own, as `Verify` parses them.
    ///
    /// What begins with two hyphens and a letter is a flag all the same; a lone `--` may stand before the texts.
    static func separated(_ arguments: [String]) -> [String] {
        guard arguments.first == "verify", let flag = arguments.firstIndex(of: "--explain") else { return arguments }
        var rest = arguments[(flag + 1)...]
        if rest.first == "--" { rest.removeFirst() }
        let texts = rest.prefix(2).prefix { !isLongFlag($0) }
        return arguments[..<flag] + texts.flatMap { ["--explain", $0] } + (texts.isEmpty ? ["--explain"] : [])
            + rest.dropFirst(texts.count)
    }

    private static func isLongFlag(_ text: String) -> Bool {
        let bytes = Array(text.utf8.prefix(3))
        return bytes.count == 3 && bytes[0] == UInt8(ascii: "-") && bytes[1] == UInt8(ascii: "-")
            && (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(bytes[2])
    }
}
