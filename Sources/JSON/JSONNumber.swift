/// A JSON number kept as written, so that no digit is lost: big integers and long decimals survive.
public struct JSONNumber: Sendable, Hashable {
    /// The number's text, in JSON grammar.
    public let text: String

    /// A number from text that already has JSON grammar.
    init(unchecked text: String) { self.text = text }

    /// An integer.
    public init(_ value: Int) { text = String(value) }

    /// A finite double, written so that it reads back equal; nil for NaN and infinities.
    public init?(_ value: Double) {
        guard value.isFinite else { return nil }
        if abs(value) < 1e15, let whole = Int64(exactly: value) { text = String(whole) } else { text = "\(value)" }
    }

    /// The nearest Double; infinite when the magnitude is beyond it.
    public var doubleValue: Double {
        var copy = text
        return copy.withUTF8 { ScannedNumber($0)?.double } ?? .nan
    }

    /// The value if it is written as an integer that fits Int.
    public var intValue: Int? {
        var copy = text
        return copy.withUTF8 { ScannedNumber($0)?.int }
    }
}
