import Testing

@testable import Verifiers

@Suite struct NumberLiteralTests {
    /// A text, how much of it is read, and the number; nil where that is no number alone.
    static let read: [(text: String, count: Int, value: Rational?)] = [
        ("12,34,5678", 9, Rational(1_234_567)), ("12,34,5678", 10, nil), ("12,34,567,8", 11, nil),
        ("1,23,45,678", 11, Rational(12_345_678)), ("123,45,678", 10, nil), ("12,34,56", 8, nil),
        ("12,3456", 6, Rational(12_345)), ("12,3456", 7, nil), ("123,456", 7, Rational(123_456)), ("12,34", 5, nil),
        ("1234,567", 8, nil), ("012,345", 7, nil), ("012", 3, Rational(12)),
        ("-318", 4, Rational(-318)), ("+318", 4, Rational(318)), ("-3181", 4, Rational(-318)), ("-", 1, nil),
        ("$5", 2, Rational(5)), ("-$5", 3, Rational(-5)), ("$", 1, nil), ("", 0, nil),
        ("-3/45", 4, .small(-3, 4)), ("3/", 2, nil), ("3/0", 3, nil), ("1.5/2", 5, nil), ("1/2.5", 5, nil),
        ("3.25", 4, .small(13, 4)), ("3.25", 3, .small(16, 5)), ("-3.", 3, Rational(-3)), (".5", 2, .small(1, 2)),
        ("3x", 2, nil), ("3x", 1, Rational(3)),
    ]

    @Test(arguments: read)
    func aNumberAloneIsReadToTheEndOfItsRange(_ example: (text: String, count: Int, value: Rational?)) {
        let literal = Array(example.text.utf8).withUnsafeBufferPointer { NumberLiteral.plain($0, 0..<example.count) }
        #expect(literal?.value == example.value, "\(example.text)")
    }

    static let spellings: [(text: String, decimals: Int?, isGrouped: Bool)] = [
        ("318", nil, false), ("3.250", 3, false), ("12,345", nil, true), ("12,34,567", nil, true),
    ]

    @Test(arguments: spellings)
    func itsSpellingIsKept(_ example: (text: String, decimals: Int?, isGrouped: Bool)) throws {
        let read = Array(example.text.utf8).withUnsafeBufferPointer { NumberLiteral.plain($0, 0..<$0.count) }
        let literal = try #require(read)
        #expect(literal.decimals == example.decimals && literal.isGrouped == example.isGrouped, "\(example.text)")
    }
}
