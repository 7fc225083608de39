/// Values at which programs break.
enum Boundary {
    /// 0, 1, small numbers and the edges of 31, 32, 53, 62, 63 and 64 bits, each with its neighbours; far beyond; and
    /// numbers of floating point: huge, denormal, none.
    static let numbers: [String] = {
        var numbers = ["0", "-0", "1", "-1", "2", "3", "7", "10", "12", "64", "100", "255", "256", "1000", "65536"]
        for edge in [1 << 31, 1 << 32, 1 << 53, 1 << 62, .max, 3_037_000_499, 1_000_000_000] as [Int] {
            for near in [edge &- 1, edge, edge &+ 1] { numbers += ["\(near)", "\(0 &- near)"] }
        }
        numbers += ["9223372036854775808", "9223372036854775809", "-9223372036854775809"]
        numbers += ["18446744073709551615", "18446744073709551616", "-18446744073709551616"]
        numbers += ["340282366920938463463374607431768211456", "1" + String(repeating: "0", count: 400)]
        return numbers + floats
    }()
    static let floats = [
        "0.5", "-0.5", "0.1", "1e-7", "1.5e300", "1e308", "1.7976931348623157e308", "-1.7976931348623157e308",
        "1e309", "-1e309", "1e400", "1e999999999", "1e-999999999", "5e-324", "-5e-324", "2.2250738585072014e-308",
        "1e39", "-1e39", "3.4028234663852886e+38", "-3.4028234663852886e+38", "1e18", "9.3e18", "-9.3e18",
        "9007199254740993.5", "0.30000000000000004", "1e-400", "0x7fffffffffffffff", "1_000", "1.", ".5", "+1", "00",
        "٣", "½", "1e",
    ]
    static let words = [
        "NaN", "nan", "-nan", "inf", "-inf", "Infinity", "-Infinity", "null", "true", "false", "None", "undefined",
        "stop", "length", "content_filter", "abort", "tool_calls", "\\infty", "-\\infty", "-1_36", "1_{37}",
    ]
    /// Texts that parsers, terminals and pages trip over.
    static let texts = [
        "", " ", "\n", "\r\n", "\t", "\0", "\u{FEFF}", "\u{202E}", "\u{2066}", "\u{2028}", "\u{85}", "\u{FFFD}",
        "\u{10FFFF}", "\u{1b}[2J", "e\u{301}\u{301}\u{301}", "👩‍👩‍👧‍👦", "ﷺ", "İ", "ß", "𝟘𝟙", "\\ud800",
        "\\udc00\\ud800", "\\u0000", "\\", "\"", "'", "`", "```", "```python\n", "~~~", "<think>", "</think>",
        "<answer>", "</answer>", "\\boxed{", "}", "{", "[", "]", "(", ")", "$", "$$", "\\(", "\\[", "####", "%",
        "%s%n", "&amp;", "<script>", "]]>", "-->", "../", "/dev/null", ":", "=", ",", ";", "|", "&", "^", "_", "~",
        "#", "data:", "data: [DONE]\n\n", "- ", "? ", "*a", "&a", "!!binary ", "---\n",
    ]
    /// What is not UTF-8: a lone byte, an overlong zero, a surrogate, a truncated and an impossible sequence.
    static let bytes: [[UInt8]] = [
        [0xFF], [0x80], [0xC0, 0x80], [0xED, 0xA0, 0x80], [0xED, 0xB0, 0x80], [0xF0, 0x9F, 0x98],
        [0xF4, 0x90, 0x80, 0x80],
        [0xF8, 0x88, 0x80, 0x80, 0x80], [0xEF, 0xBB, 0xBF], [0xFE, 0xFF], [0x1F, 0x8B, 0x08],
    ]
    /// What deep nesting is made of.
    static let openings = [
        "(", "[", "{", "[[", "{\"a\":", "[{\"a\":", "\\frac{", "\\sqrt{", "{{", "-", "!", "^", "<b>", "\\left(", "- ",
        "> ", "x^", "\\boxed{", "1+(", "\\begin{matrix}", "((", "|", "\\text{", "```\n", "[[[[", "<think>", "\"",
        "e\u{301}",
    ]

    /// A number, mostly of the list, else anything.
    static func number(_ random: inout FuzzRandom) -> String {
        switch random.below(12) {
        case 0: String(Int64(bitPattern: random.next()))
        case 1: "\(Double(bitPattern: random.next()))"
        case 2: random.pick(words)
        case 3, 4: String(random.below(20) - 5)
        default: random.pick(numbers)
        }
    }

    /// Something short to put anywhere.
    static func piece(_ random: inout FuzzRandom) -> [UInt8] {
        switch random.below(8) {
        case 0, 1, 2: Array(number(&random).utf8)
        case 3: random.pick(bytes)
        case 4: Array(random.pick(words).utf8)
        case 5: Array(random.pick(openings).utf8)
        default: Array(random.pick(texts).utf8)
        }
    }

    /// Something long: a deep nest or many of one piece, up to 1 MB but mostly far less.
    static func mass(_ random: inout FuzzRandom) -> [UInt8] {
        let piece = random.oneIn(3) ? Boundary.piece(&random) : Array(random.pick(openings).utf8)
        let size = random.oneIn(40) ? 1 << 20 : random.pick([64, 257, 1025, 5000, 70_000])
        return Array(repeatElement(piece, count: max(1, size / max(1, piece.count))).joined())
    }
}
