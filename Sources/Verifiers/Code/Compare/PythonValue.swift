import BigInt
import JSON

/// A plain value as Python's built-in types hold it. Strings are UTF-8 bytes: lone surrogates survive.
indirect enum PythonValue: Equatable {
    case none
    case ellipsis
    case bool(Bool)
    case int(BigInt)
    case float(Double)
    case complex(Double, Double)
    case string([UInt8])
    case bytes([UInt8])
    case list([PythonValue])
    case tuple([PythonValue])
    case set([PythonValue])
    case frozenset([PythonValue])
    case dict([Pair])

    /// One entry of a dictionary.
    struct Pair: Equatable {
        var key: PythonValue
        var value: PythonValue
    }

    static func text(_ text: String) -> PythonValue { .string(Array(text.utf8)) }

    /// What `json.loads` makes of a JSON value.
    init(_ json: JSONValue) {
        switch json {
        case .null: self = .none
        case .bool(let flag): self = .bool(flag)
        case .number(let number):
            let isInteger = number.text.utf8.allSatisfy { $0 == UInt8(ascii: "-") || ($0 &- 48) < 10 }
            if isInteger, let value = number.intValue.map({ BigInt($0) }) ?? BigInt(number.text) {
                self = .int(value)
            } else {
                self = .float(number.doubleValue)
            }
        case .string(let text): self = .text(text)
        case .array(let elements): self = .list(elements.map { PythonValue($0) })
        case .object(let members):
            self = .dict(members.map { Pair(key: .text($0.key), value: PythonValue($0.value)) })
        }
    }

    /// The value as a truth value.
    var isTruthy: Bool {
        switch self {
        case .none: false
        case .ellipsis: true
        case .bool(let flag): flag
        case .int(let value): value != 0
        case .float(let value): value != 0
        case .complex(let real, let imaginary): real != 0 || imaginary != 0
        case .string(let bytes), .bytes(let bytes): !bytes.isEmpty
        case .list(let items), .tuple(let items), .set(let items), .frozenset(let items): !items.isEmpty
        case .dict(let pairs): !pairs.isEmpty
        }
    }

    /// The elements of anything that can be iterated without a key; nil for the rest.
    var elements: [PythonValue]? {
        switch self {
        case .list(let items), .tuple(let items), .set(let items), .frozenset(let items): items
        case .dict(let pairs): pairs.map(\.key)
        case .string(let bytes):
            String(decoding: bytes, as: UTF8.self).unicodeScalars.map { .text(String($0)) }
        default: nil
        }
    }
}
