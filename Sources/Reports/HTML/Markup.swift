/// HTML under construction. Literals are markup, interpolated texts are escaped: hostile text stays text.
///
///     page.add("<td title=\"\(reason)\">\(text)</td>")
public struct Markup: Sendable, ExpressibleByStringInterpolation {
    /// The markup so far.
    public private(set) var text: String

    /// Nothing.
    public init() { text = "" }

    /// Trusted markup.
    public init(stringLiteral value: String) { text = value }

    /// Literals and escaped values.
    public init(stringInterpolation: Interpolation) { text = stringInterpolation.text }

    /// Appends markup.
    public mutating func add(_ markup: Markup) { text += markup.text }

    /// Builds markup out of literal parts, escaped texts, numbers and other markup.
    public struct Interpolation: StringInterpolationProtocol {
        fileprivate var text = ""

        /// Reserves room.
        public init(literalCapacity: Int, interpolationCount: Int) {
            text.reserveCapacity(literalCapacity + interpolationCount * 16)
        }

        /// A part of the literal: markup.
        public mutating func appendLiteral(_ literal: String) { text += literal }

        /// A text, escaped for content and quoted attributes.
        public mutating func appendInterpolation(_ value: String) { text += Markup.escape(value) }

        /// A whole number.
        public mutating func appendInterpolation(_ value: Int) { text += String(value) }

        /// A coordinate, with at most two decimals.
        public mutating func appendInterpolation(_ value: Double) {
            let hundredths = (value * 100).rounded()
            text += abs(hundredths) < 1e15 ? "\(hundredths / 100)" : "0"
        }

        /// Markup, as it is.
        public mutating func appendInterpolation(_ value: Markup) { text += value.text }
    }

    /// `text` with what HTML would read as markup replaced, and with characters that no page should obey made visible.
    public static func escape(_ text: String) -> String {
        var escaped: [UInt8] = []
        escaped.reserveCapacity(text.utf8.count)
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "<"): escaped += Array("&lt;".utf8)
            case UInt8(ascii: ">"): escaped += Array("&gt;".utf8)
            case UInt8(ascii: "&"): escaped += Array("&amp;".utf8)
            case UInt8(ascii: "\""): escaped += Array("&quot;".utf8)
            case UInt8(ascii: "'"): escaped += Array("&#39;".utf8)
            case 0x0A, 0x09: escaped.append(byte)
            case 0..<0x20, 0x7F: escaped += Array("\u{FFFD}".utf8)
            default: escaped.append(byte)
            }
        }
        return String(decoding: escaped, as: UTF8.self)
    }
}
