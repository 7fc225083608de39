import JSON
import Yams

/// A YAML scalar as JSON: YAML 1.1's words for true, false and null, and numbers in every common notation.
///
/// What two versions of YAML read differently is refused (`010`) or text (`1:30`, dates); a number that is not finite has
/// no JSON and is refused, as it would pass for an absent one.
struct ConfigScalar {
    private let scalar: Node.Scalar
    private let line: Int

    init(_ scalar: Node.Scalar, line: Int) {
        self.scalar = scalar
        self.line = line
    }

    /// Its value; throws `ConfigTree.Fault`.
    var value: JSONValue {
        get throws {
            let tag = Node.scalar(scalar).tag.rawValue
            let prefix = "tag:yaml.org,2002:"
            switch tag.hasPrefix(prefix) ? String(tag.dropFirst(prefix.count)) : tag {
            case "str", "timestamp", "value", "merge": return .string(scalar.string)
            case "null": return .null
            case "bool": return .bool(try flag)
            case "int": return try integer
            case "float": return try decimal
            default: throw fault(Self.refusal(ofTag: tag))
            }
        }
    }

    static func refusal(ofTag tag: String) -> String {
        "the tag '\(tag.replacing("tag:yaml.org,2002:", with: "!!"))' has no meaning here; "
            + "known: !!str, !!int, !!float, !!bool, !!null, !!map, !!seq"
    }

    private var flag: Bool {
        get throws {
            switch scalar.string.lowercased() {
            case "true", "yes", "on": return true
            case "false", "no", "off": return false
            default: throw fault("'\(scalar.string)' is neither true nor false")
            }
        }
    }

    private var integer: JSONValue {
        get throws {
            // YAML 1.1 reads it in base 60; nobody who writes it means that.
            if scalar.string.contains(":") { return .string(scalar.string) }
            var digits = scalar.string.replacing("_", with: "")[...]
            let isNegative = digits.first == "-"
            if isNegative || digits.first == "+" { digits = digits.dropFirst() }
            for (mark, radix) in [("0x", 16), ("0o", 8), ("0b", 2)] where digits.hasPrefix(mark) {
                guard let value = UInt64(digits.dropFirst(2), radix: radix) else {
                    throw fault("'\(scalar.string)' is not an integer of 64 bits")
                }
                digits = String(value)[...]
            }
            guard !digits.isEmpty, digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else {
                throw fault("'\(scalar.string)' is not an integer")
            }
            if digits.count > 1, digits.first == "0" {
                throw fault(
                    "'\(scalar.string)' is octal to some readers and decimal to others; write 0o… for octal, no zero in "
                        + "front for decimal, or quotes for text")
            }
            return try JSONValue(parsing: ((isNegative ? "-" : "") + digits).utf8)
        }
    }

    private var decimal: JSONValue {
        get throws {
            if scalar.string.contains(":") { return .string(scalar.string) }
            guard let value = Double(scalar.string.replacing("_", with: "")), value.isFinite else {
                throw fault("'\(scalar.string)' is not a finite number; leave the key out where nothing bounds it")
            }
            return .double(value)
        }
    }

    private func fault(_ message: String) -> ConfigTree.Fault { ConfigTree.Fault(line: line, message: message) }
}
