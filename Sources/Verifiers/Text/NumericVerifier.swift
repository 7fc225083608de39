public import Experience
import Foundation
import JSON

/// The one number of the settled answer within a tolerance of the gold number. Several different numbers are a hedge, a
/// denied one ("not 42") is no answer to be paid.
public struct NumericVerifier: Verifier {
    /// The registered name.
    public let name = "numeric"
    /// Raised when a verdict could change.
    public let version = "2"
    private let absolute: Double
    private let relative: Double
    private static let maxBytes = 1 << 14

    /// |given - gold| <= max(absolute, relative * |gold|) is correct.
    public init(absolute: Double = 0, relative: Double = 1e-6) {
        self.absolute = absolute
        self.relative = relative
    }

    /// Adds it as "numeric".
    public static func register(in registry: inout VerifierRegistry) {
        registry.register(
            "numeric", summary: "a number within a tolerance of the gold number",
            options: [
                ("absolute", "largest absolute difference (0)"),
                ("relative", "largest difference as a share of the gold number (1e-6)"),
            ]
        ) { options in
            let reader = OptionsReader(options)
            return NumericVerifier(
                absolute: try reader.double("absolute", default: 0, in: 0...1e300),
                relative: try reader.double("relative", default: 1e-6, in: 0...1))
        }
    }

    /// Judges one completion; see the type for the rules.
    public func verify(_ item: VerificationItem) async -> Verdict {
        guard let gold = item.problem.answer else { return .missing("answer") }
        guard let wanted = Self.numbers(in: gold).first, Self.numbers(in: gold).count == 1 else {
            return .verifierError(reason: "unparsedGold", explanation: "the gold answer is not one number: \(gold)")
        }
        guard let text = SettledText.of(item.completion.text) else { return .noAnswer() }
        let answer = Self.afterPhrase(text)
        if answer.utf8.count > Self.maxBytes {
            return .incorrect(reason: "budget", explanation: "the answer is longer than \(Self.maxBytes) bytes")
        }
        let found = Self.numbers(in: answer)
        guard let number = found.last else { return .noAnswer() }
        if Denial.precedesNumber(in: answer) { return .incorrect(reason: "denied", extracted: "not \(number)") }
        if found.contains(where: { $0 != number }) {
            return .incorrect(reason: "hedged", extracted: found.map { "\($0)" }.joined(separator: ", "))
        }
        let difference = abs(number - wanted)
        return difference <= max(absolute, relative * abs(wanted))
            ? .correct(reason: difference == 0 ? "equal" : "near", extracted: "\(number)")
            : .incorrect(extracted: "\(number)")
    }

    /// What follows the last "answer is" or "answer:", for responses without tags.
    private static func afterPhrase(_ text: String) -> String {
        for phrase in ["answer is", "answer:", "Answer:"] {
            if let range = text.range(of: phrase, options: .backwards) { return String(text[range.upperBound...]) }
        }
        return text
    }

    /// Decimal numbers with optional sign, exponent and, where they are wanted, thousands commas; at most 64.
    static func numbers(in text: String, thousands: Bool = true) -> [Double] {
        var numbers: [Double] = []
        let bytes = Array(text.utf8.prefix(1 << 16))
        func isDigit(_ index: Int) -> Bool { index < bytes.count && (48...57).contains(bytes[index]) }
        var index = 0
        while index < bytes.count, numbers.count < 64 {
            guard isDigit(index) || (bytes[index] == UInt8(ascii: ".") && isDigit(index + 1)) else {
                index += 1
                continue
            }
            var literal = ""
            let before = index > 0 ? bytes[index - 1] : 32
            let isSign = before == UInt8(ascii: "-") && !(index > 1 && isDigit(index - 2))
            if isSign || text.utf8.count == bytes.count && Self.isMinus(bytes, before: index) { literal = "-" }
            func isThousands(_ index: Int) -> Bool {
                thousands && index < bytes.count && bytes[index] == UInt8(ascii: ",")
                    && (1...3).allSatisfy { isDigit(index + $0) } && !isDigit(index + 4)
            }
            while isDigit(index) || isThousands(index) {
                if bytes[index] != UInt8(ascii: ",") { literal.unicodeScalars.append(Unicode.Scalar(bytes[index])) }
                index += 1
            }
            if index < bytes.count, bytes[index] == UInt8(ascii: "."), isDigit(index + 1) || !literal.isEmpty {
                if isDigit(index + 1) {
                    literal += "."
                    index += 1
                    while isDigit(index) {
                        literal.unicodeScalars.append(Unicode.Scalar(bytes[index]))
                        index += 1
                    }
                }
            }
            let hasSign = index + 1 < bytes.count && (bytes[index + 1] == 43 || bytes[index + 1] == 45)
            if index < bytes.count, bytes[index] | 0x20 == UInt8(ascii: "e"), isDigit(index + (hasSign ? 2 : 1)) {
                literal += "e"
                index += 1
                while isDigit(index) || bytes[index] == 43 || bytes[index] == 45 {
                    literal.unicodeScalars.append(Unicode.Scalar(bytes[index]))
                    index += 1
                    if index == bytes.count { break }
                }
            }
            if let value = Double(
                literal.hasPrefix(".") ? "0" + literal : literal.replacingOccurrences(of: "-.", with: "-0.")),
                value.isFinite
            {
                numbers.append(value)
            } else {
                index += 1
            }
        }
        return numbers
    }

    /// U+2212 MINUS SIGN directly before.
    private static func isMinus(_ bytes: [UInt8], before index: Int) -> Bool {
        index > 2 && bytes[index - 3] == 0xE2 && bytes[index - 2] == 0x88 && bytes[index - 1] == 0x92
    }
}
