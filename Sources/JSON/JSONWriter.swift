/// Appends compact JSON to a byte buffer; commas are placed by the writer.
public struct JSONWriter: Sendable {
    /// What has been written.
    public private(set) var bytes: [UInt8] = []
    private var needsComma = false

    /// An empty writer, with room for so many bytes.
    public init(capacity: Int = 0) { bytes.reserveCapacity(capacity) }

    /// Ends a line of JSONL.
    public mutating func newline() {
        bytes.append(UInt8(ascii: "\n"))
        needsComma = false
    }

    private mutating func separate() {
        if needsComma { bytes.append(UInt8(ascii: ",")) }
        needsComma = true
    }

    /// Writes an object; `body` writes its members.
    public mutating func object(_ body: (inout JSONWriter) throws -> Void) rethrows {
        try nest("{", "}", body)
    }

    /// Writes an array; `body` writes its elements.
    public mutating func array(_ body: (inout JSONWriter) throws -> Void) rethrows {
        try nest("[", "]", body)
    }

    private mutating func nest(
        _ open: Unicode.Scalar, _ close: Unicode.Scalar, _ body: (inout JSONWriter) throws -> Void
    ) rethrows {
        separate()
        bytes.append(UInt8(ascii: open))
        needsComma = false
        try body(&self)
        bytes.append(UInt8(ascii: close))
        needsComma = true
    }

    /// Writes a key; its value must follow.
    public mutating func key(_ key: String) {
        separate()
        quote(key)
        bytes.append(UInt8(ascii: ":"))
        needsComma = false
    }

    /// Writes a string, or null.
    public mutating func string(_ value: String?) {
        separate()
        if let value { quote(value) } else { bytes.append(contentsOf: "null".utf8) }
    }

    /// Writes an integer.
    public mutating func int(_ value: Int) {
        separate()
        // A list of token ids is thousands of them: from the last digit, without a string for each.
        if value < 0 { bytes.append(UInt8(ascii: "-")) }
        let first = bytes.endIndex
        var rest = value.magnitude
        repeat {
            bytes.append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10))
            rest /= 10
        } while rest > 0
        bytes[first...].reverse()
    }

    /// Writes a list of integers, as token ids are: thousands of them, without a look at commas and room for each.
    public mutating func int32s(_ values: [Int32]) {
        separate()
        bytes.append(UInt8(ascii: "["))
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 4096) { room in
            var count = 0
            for (index, value) in values.enumerated() {
                // A sign, ten digits, a comma.
                if count > room.count - 12 {
                    bytes.append(contentsOf: UnsafeBufferPointer(rebasing: room[..<count]))
                    count = 0
                }
                if index > 0 {
                    room[count] = UInt8(ascii: ",")
                    count += 1
                }
                if value < 0 {
                    room[count] = UInt8(ascii: "-")
                    count += 1
                }
                var (rest, digits) = (value.magnitude, 1)
                while rest >= 10 { (rest, digits) = (rest / 10, digits + 1) }
                rest = value.magnitude
                for place in (count..<count + digits).reversed() {
                    room[place] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10)
                    rest /= 10
                }
                count += digits
            }
            bytes.append(contentsOf: UnsafeBufferPointer(rebasing: room[..<count]))
        }
        bytes.append(UInt8(ascii: "]"))
        needsComma = true
    }

    /// Writes a double so that it reads back equal; null when absent or not finite.
    public mutating func double(_ value: Double?) {
        separate()
        bytes.append(contentsOf: (value.flatMap { JSONNumber($0) }?.text ?? "null").utf8)
    }

    /// Writes a boolean.
    public mutating func bool(_ value: Bool) {
        separate()
        bytes.append(contentsOf: (value ? "true" : "false").utf8)
    }

    /// Writes `null`.
    public mutating func null() {
        separate()
        bytes.append(contentsOf: "null".utf8)
    }

    /// Writes bytes that are already JSON.
    public mutating func raw(_ json: some Sequence<UInt8>) {
        separate()
        bytes.append(contentsOf: json)
    }

    /// Writes a tree.
    public mutating func value(_ value: JSONValue) {
        switch value {
        case .null: null()
        case .bool(let flag): bool(flag)
        case .number(let number): raw(number.text.utf8)
        case .string(let text): string(text)
        case .array(let elements): array { for element in elements { $0.value(element) } }
        case .object(let members):
            object {
                for member in members {
                    $0.key(member.key)
                    $0.value(member.value)
                }
            }
        }
    }

    /// Goes on in an object whose closing brace is not written yet: one more member, and the brace.
    mutating func member(_ name: String, isFirst: Bool, _ body: (inout JSONWriter) -> Void) {
        needsComma = !isFirst
        key(name)
        body(&self)
        bytes.append(UInt8(ascii: "}"))
        needsComma = true
    }

    private mutating func quote(_ text: String) {
        bytes.append(UInt8(ascii: "\""))
        var copy = text
        copy.withUTF8 { utf8 in
            var start = 0
            while case let end = PlainRun.end(in: utf8, from: start), end < utf8.count {
                bytes.append(contentsOf: UnsafeBufferPointer(rebasing: utf8[start..<end]))
                escape(utf8[end])
                start = end + 1
            }
            bytes.append(contentsOf: UnsafeBufferPointer(rebasing: utf8[start...]))
        }
        bytes.append(UInt8(ascii: "\""))
    }

    private mutating func escape(_ byte: UInt8) {
        bytes.append(UInt8(ascii: "\\"))
        switch byte {
        case UInt8(ascii: "\n"): bytes.append(UInt8(ascii: "n"))
        case UInt8(ascii: "\r"): bytes.append(UInt8(ascii: "r"))
        case UInt8(ascii: "\t"): bytes.append(UInt8(ascii: "t"))
        case UInt8(ascii: "\""), UInt8(ascii: "\\"): bytes.append(byte)
        default:
            let hex = String(byte, radix: 16)
            bytes.append(contentsOf: (byte < 16 ? "u000" : "u00").utf8)
            bytes.append(contentsOf: hex.utf8)
        }
    }
}
