import JSON

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// A word of a syntax, for example `<tool_call>`.
struct Marker: Sendable, Hashable {
    var bytes: [UInt8]
    /// Whether it is a token of its own: the same letters in ordinary tokens are text.
    var isToken: Bool

    /// A marker that is a token of its own.
    static func token(_ text: String) -> Marker { Marker(bytes: Array(text.utf8), isToken: true) }
    /// A marker that is ordinary text.
    static func plain(_ text: String) -> Marker { Marker(bytes: Array(text.utf8), isToken: false) }
}

/// What a model wrote, with the places of its special tokens where they are known.
struct MarkedText {
    let bytes: [UInt8]
    /// UTF-8 ranges in order; nil where it is not known which tokens are special, and markers count as they are spelt.
    private let special: [Range<Int>]?

    init(_ bytes: [UInt8], special: [Range<Int>]?) {
        self.bytes = bytes
        self.special = special.map { Self.isInOrder($0, in: bytes) ? $0 : Self.inOrder($0, in: bytes) }
    }

    // As they nearly always are: nothing to copy.
    private static func isInOrder(_ ranges: [Range<Int>], in bytes: [UInt8]) -> Bool {
        var last = 0
        for range in ranges {
            guard range.lowerBound >= last, range.upperBound <= bytes.count, !range.isEmpty else { return false }
            last = range.lowerBound
        }
        return true
    }

    private static func inOrder(_ ranges: [Range<Int>], in bytes: [UInt8]) -> [Range<Int>] {
        ranges.filter { $0.lowerBound >= 0 && $0.upperBound <= bytes.count && !$0.isEmpty }
            .sorted { $0.lowerBound < $1.lowerBound }
    }

    var all: Range<Int> { 0..<bytes.count }

    /// The first place of a marker that lies in `range` as a whole.
    func first(_ marker: Marker, in range: Range<Int>) -> Range<Int>? {
        guard marker.isToken, let special else { return spelt(marker.bytes, in: range) }
        var low = 0
        var high = special.count
        while low < high {
            let middle = (low + high) / 2
            if special[middle].lowerBound < range.lowerBound { low = middle + 1 } else { high = middle }
        }
        while low < special.count, special[low].upperBound <= range.upperBound {
            if special[low].count == marker.bytes.count, isSpelt(marker.bytes, at: special[low].lowerBound) {
                return special[low]
            }
            low += 1
        }
        return nil
    }

    /// Whether a marker begins at a place.
    func has(_ marker: Marker, at place: Int, before end: Int) -> Bool {
        guard place >= 0, place <= end, marker.bytes.count <= end - place, isSpelt(marker.bytes, at: place) else {
            return false
        }
        return !marker.isToken || special?.contains(place..<place + marker.bytes.count) ?? true
    }

    // The caller has seen that there are as many bytes.
    private func isSpelt(_ word: [UInt8], at place: Int) -> Bool {
        bytes.withUnsafeBytes { all in
            word.withUnsafeBytes { word in
                guard let start = all.baseAddress, let wanted = word.baseAddress else { return word.isEmpty }
                return memcmp(start + place, wanted, word.count) == 0
            }
        }
    }

    /// The first place of a byte.
    func first(_ byte: UInt8, in range: Range<Int>) -> Int? {
        bytes.withUnsafeBytes { all in
            guard let start = all.baseAddress,
                let found = memchr(start + range.lowerBound, Int32(byte), range.count)
            else { return nil }
            return UnsafeRawPointer(found) - start
        }
    }

    /// The first place of bytes, whatever tokens they are.
    func spelt(_ word: [UInt8], in range: Range<Int>) -> Range<Int>? {
        guard !word.isEmpty, range.count >= word.count else { return nil }
        let place: Int? = bytes.withUnsafeBytes { all in
            word.withUnsafeBytes { word -> Int? in
                guard let start = all.baseAddress, let wanted = word.baseAddress else { return nil }
                var place = range.lowerBound
                let last = range.upperBound - word.count
                while place <= last,
                    let found = memchr(start + place, Int32(word[0]), last - place + 1)
                {
                    place = UnsafeRawPointer(found) - start
                    if memcmp(start + place, wanted, word.count) == 0 { return place }
                    place += 1
                }
                return nil
            }
        }
        return place.map { $0..<$0 + word.count }
    }

    /// Past spaces and line breaks.
    func skipSpace(_ place: Int, before end: Int) -> Int {
        var place = place
        while place < end, bytes[place] <= 0x20 { place += 1 }
        return place
    }

    /// Without spaces and line breaks at its ends.
    func trimmed(_ range: Range<Int>) -> Range<Int> {
        let start = skipSpace(range.lowerBound, before: range.upperBound)
        var end = range.upperBound
        while end > start, bytes[end - 1] <= 0x20 { end -= 1 }
        return start..<end
    }

    func string(_ range: Range<Int>) -> String { String(decoding: bytes[range], as: UTF8.self) }

    /// What a range says in JSON; nil when it is none.
    func json(_ range: Range<Int>, maxDepth: Int) -> JSONValue? {
        bytes.withUnsafeBufferPointer {
            try? JSONValue(parsing: UnsafeBufferPointer(rebasing: $0[range]), maxDepth: maxDepth)
        }
    }

    /// Behind the JSON object or list that begins at `start`, by its brackets; nil when it is cut off.
    func endOfJSON(from start: Int, before end: Int) -> Int? {
        var depth = 0
        var place = start
        while place < end {
            switch bytes[place] {
            case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
            case UInt8(ascii: "}"), UInt8(ascii: "]"):
                depth -= 1
                if depth <= 0 { return place + 1 }
            case UInt8(ascii: "\""):
                place += 1
                while place < end, bytes[place] != UInt8(ascii: "\"") {
                    place += bytes[place] == UInt8(ascii: "\\") ? 2 : 1
                }
                if place >= end { return nil }
            default: break
            }
            place += 1
        }
        return nil
    }

    /// Whether JSON text has an escape of half a character, which no text can hold.
    func hasHalfCharacter(_ range: Range<Int>) -> Bool {
        func half(_ place: Int) -> Character? {
            guard place + 6 <= range.upperBound, bytes[place] == UInt8(ascii: "\\"),
                bytes[place + 1] == UInt8(ascii: "u"),
                bytes[place + 2] | 0x20 == UInt8(ascii: "d")
            else { return nil }
            let digit = Character(Unicode.Scalar(bytes[place + 3] | 0x20))
            return "89ab".contains(digit) ? "h" : "cdef".contains(digit) ? "l" : nil
        }
        var place = range.lowerBound
        while let found = first(UInt8(ascii: "\\"), in: place..<range.upperBound) {
            switch half(found) {
            case "h":
                guard half(found + 6) == "l" else { return true }
                place = found + 12
            case "l": return true
            default: place = min(found + 2, range.upperBound)
            }
        }
        return false
    }
}
