internal import JSON

/// Cuts a streamed body into its JSON documents, however the bytes are split.
///
/// For `events` this is the event stream of the WHATWG HTML standard, section 9.2.6, as far as `data` and `event` go, and what
/// servers make of it: an event that the end of the body cuts off is delivered, as some leave out the last empty line; a line
/// of JSON without a field is a document; documents in several `data` lines of one event are several; pings are left out.
struct StreamParser: Sendable {
    /// Takes a document, and whether the stream calls it an error.
    typealias Handler = (_ document: UnsafeBufferPointer<UInt8>, _ isError: Bool) throws -> Void

    private let framing: StreamFraming
    private var line: [UInt8] = []
    private var event = Event()
    private var skipsLineFeed = false
    private var isAtStart = true
    /// Whether `[DONE]` came.
    private(set) var isDone = false

    /// What came of the event that is being read.
    private struct Event {
        var data: [UInt8] = []
        var lines = 0
        /// Whether it is JSON without any field.
        var isBare = false
        var isError = false
        var isPing = false
    }

    init(_ framing: StreamFraming) { self.framing = framing }

    /// Takes the next bytes and hands every completed document to `document`.
    mutating func feed(_ bytes: UnsafeBufferPointer<UInt8>, _ document: Handler) throws {
        var start = 0
        for index in 0..<bytes.count {
            let byte = bytes[index]
            if byte > 0x0D { continue }
            guard byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\r") else { continue }
            if byte == UInt8(ascii: "\n"), skipsLineFeed, index == start {
                start = index + 1
                skipsLineFeed = false
                continue
            }
            skipsLineFeed = byte == UInt8(ascii: "\r")
            let slice = UnsafeBufferPointer(rebasing: bytes[start..<index])
            start = index + 1
            if line.isEmpty {
                try endLine(slice, document)
            } else {
                line.append(contentsOf: slice)
                let whole = line
                line.removeAll(keepingCapacity: true)
                try whole.withUnsafeBufferPointer { try endLine($0, document) }
            }
        }
        if start < bytes.count {
            if bytes[start] != UInt8(ascii: "\n") { skipsLineFeed = false }
            line.append(contentsOf: bytes[start...])
        }
    }

    /// Delivers what the end of the body left incomplete.
    mutating func finish(_ document: Handler) throws {
        let rest = line
        line = []
        try rest.withUnsafeBufferPointer { try endLine($0, document) }
        try dispatch(document)
    }

    private mutating func endLine(_ line: UnsafeBufferPointer<UInt8>, _ document: Handler) throws {
        var line = line
        if isAtStart {
            isAtStart = false
            if line.starts(with: [0xEF, 0xBB, 0xBF]) { line = UnsafeBufferPointer(rebasing: line[3...]) }
        }
        if line.isEmpty {
            if framing == .events { try dispatch(document) }
            return
        }
        if framing == .lines {
            // Proxies put fields around them.
            if line[0] != UInt8(ascii: "{"), Self.field(of: line) != nil || line[0] == UInt8(ascii: ":") {
                take(field: line)
            } else {
                event.data.append(contentsOf: line)
                event.lines = 1
            }
            return try dispatch(document)
        }
        if event.data.isEmpty {
            // A byte order mark at each event, padding.
            line = UnsafeBufferPointer(rebasing: line.drop { JSONText.isBlank($0) || $0 == 0 })
            if line.isEmpty { return }
        }
        let isObject = line[0] == UInt8(ascii: "{")
        if isObject || line[0] == UInt8(ascii: "["), event.data.isEmpty {
            event.isBare = true
        } else if event.isBare, Self.field(of: line) != nil || (isObject && event.data.last == UInt8(ascii: "}")) {
            try dispatch(document)
            event.isBare = isObject
        }
        if event.isBare { append(line[...]) } else { take(field: line) }
    }

    private mutating func append(_ value: Slice<UnsafeBufferPointer<UInt8>>) {
        if event.lines > 0 { event.data.append(UInt8(ascii: "\n")) }
        event.data.append(contentsOf: value)
        event.lines += 1
    }

    /// The name of a line's field: "data", "event", or "error", which llama.cpp of some versions gives its errors.
    private static func field(of line: UnsafeBufferPointer<UInt8>) -> Int? {
        let name = line.starts(with: "data".utf8) ? 4 : 5
        guard name == 4 || line.starts(with: "event".utf8) || line.starts(with: "error:".utf8) else { return nil }
        return line.count == name || line[name] == UInt8(ascii: ":") ? name : nil
    }

    private mutating func take(field line: UnsafeBufferPointer<UInt8>) {
        guard let name = Self.field(of: line) else { return }
        var value = line[name...].dropFirst()
        if value.first == UInt8(ascii: " ") { value = value.dropFirst() }
        if line[0] == UInt8(ascii: "d") {
            // Proxies put an event, or a comment, into another (openclaw 96497, manifest 2053).
            let inner = UnsafeBufferPointer(rebasing: value)
            if Self.field(of: inner) != nil { return take(field: inner) }
            if inner.first != UInt8(ascii: ":") { append(value) }
            return
        }
        if line[1] == UInt8(ascii: "r") {
            event.isError = true
            return append(value)
        }
        let word = String(decoding: value, as: UTF8.self).lowercased().filter { $0.isLetter }
        event.isError = ["error", "exception"].contains(word)
        event.isPing = ["ping", "keepalive", "heartbeat"].contains(word)
    }

    private mutating func dispatch(_ document: Handler) throws {
        guard event.lines > 0 else {
            event = Event()
            return
        }
        let done = event
        event.data.removeAll(keepingCapacity: true)
        (event.lines, event.isBare, event.isError, event.isPing) = (0, false, false, false)
        if done.isPing { return }
        try done.data.withUnsafeBufferPointer { bytes in
            guard done.lines > 1, !Self.isJSON(bytes) else { return try deliver(bytes, done.isError, document) }
            let parts = bytes.split(separator: UInt8(ascii: "\n")).map { UnsafeBufferPointer(rebasing: $0) }
            guard parts.allSatisfy({ Self.isJSON($0) || Self.isDone($0) }) else {
                return try deliver(bytes, done.isError, document)
            }
            for part in parts { try deliver(part, done.isError, document) }
        }
    }

    private mutating func deliver(
        _ bytes: UnsafeBufferPointer<UInt8>, _ isError: Bool, _ document: Handler
    ) throws {
        if bytes.allSatisfy({ $0 <= 0x20 }) { return }
        if Self.isDone(bytes) {
            isDone = true
            return
        }
        try document(bytes, isError)
    }

    private static func isDone(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        let text = bytes.drop { $0 == 0x20 || $0 == 0x09 || $0 == UInt8(ascii: "\"") }
        return text.first == UInt8(ascii: "[") && text.starts(with: "[DONE]".utf8)
    }

    private static func isJSON(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        var cursor = JSONCursor(bytes, maxDepth: 64)
        do {
            try cursor.skip()
            try cursor.finish()
            return true
        } catch {
            return false
        }
    }
}
