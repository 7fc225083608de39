internal import JSON

/// Cuts a streamed body into its JSON documents, however the bytes are split.
///
/// For `events` this is the event stream of the WHATWG HTML standard, section 9.2.6, as far as `data` goes; an event
/// that the end of the body cuts off is still delivered, as some servers leave out the last empty line.
struct StreamParser: Sendable {
    private let framing: StreamFraming
    private var line: [UInt8] = []
    private var data: [UInt8] = []
    private var hasData = false
    private var skipsLineFeed = false
    private var isAtStart = true
    /// Whether `[DONE]` came.
    private(set) var isDone = false

    init(_ framing: StreamFraming) { self.framing = framing }

    /// Takes the next bytes and hands every completed document to `document`.
    mutating func feed(
        _ bytes: UnsafeBufferPointer<UInt8>, _ document: (UnsafeBufferPointer<UInt8>) throws -> Void
    ) throws {
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
    mutating func finish(_ document: (UnsafeBufferPointer<UInt8>) throws -> Void) throws {
        let rest = line
        line = []
        try rest.withUnsafeBufferPointer { try endLine($0, document) }
        try dispatch(document)
    }

    private mutating func endLine(
        _ line: UnsafeBufferPointer<UInt8>, _ document: (UnsafeBufferPointer<UInt8>) throws -> Void
    ) throws {
        var line = line
        if isAtStart {
            isAtStart = false
            if line.starts(with: [0xEF, 0xBB, 0xBF]) { line = UnsafeBufferPointer(rebasing: line[3...]) }
        }
        switch framing {
        case .lines:
            if !line.isEmpty { try document(line) }
        case .events:
            if line.isEmpty { return try dispatch(document) }
            // llama.cpp of some versions gives its errors a field of their own.
            let name = line.starts(with: "data".utf8) ? 4 : line.starts(with: "error:".utf8) ? 5 : 0
            if name == 0 { return }
            var value = line[name...]
            if !value.isEmpty {
                guard value.first == UInt8(ascii: ":") else { return }
                value = value.dropFirst()
                if value.first == UInt8(ascii: " ") { value = value.dropFirst() }
            }
            if hasData { data.append(UInt8(ascii: "\n")) }
            data.append(contentsOf: value)
            hasData = true
        }
    }

    private mutating func dispatch(_ document: (UnsafeBufferPointer<UInt8>) throws -> Void) throws {
        guard hasData else { return }
        hasData = false
        let event = data
        data.removeAll(keepingCapacity: true)
        let text = event.drop { $0 == 0x20 || $0 == 0x09 }
        if text.isEmpty { return }
        if text.first == UInt8(ascii: "["), text.starts(with: "[DONE]".utf8) {
            isDone = true
            return
        }
        try event.withUnsafeBufferPointer(document)
    }
}
