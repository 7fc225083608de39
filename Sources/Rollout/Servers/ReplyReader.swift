internal import Experience
internal import JSON
internal import Synchronization

/// Reads one answer: fed by the driver's thread while it streams, finished by the caller.
///
/// What comes decides how it is read, whatever was asked for: an answer that begins with a brace or bracket is one document,
/// also where a stream was asked for, and events are read as such, also where none were.
package final class ReplyReader: Sendable {
    private struct State {
        var parser: StreamParser
        var builder: ReplyBuilder
        var failure: SampleError?
        /// The answer so far where it is one document instead of a stream; nil while that is not known.
        var document: [UInt8]?
        /// What came before it is known which of both it is.
        var beginning: [UInt8] = []
        var hasBegun = false
    }

    private let state: Mutex<State>
    private let dialect: any Dialect

    package init(_ request: SampleRequest, dialect: any Dialect) {
        self.dialect = dialect
        state = Mutex(State(parser: StreamParser(dialect.framing), builder: ReplyBuilder(request)))
    }

    /// The error that made `feed` throw.
    var failure: SampleError? { state.withLock { $0.failure } }

    /// Whether the answer is all there though the connection may not have ended: every choice has ended, or the stream said
    /// that it is done.
    var isComplete: Bool {
        state.withLock { $0.document == nil && ($0.builder.hasAllEnds || ($0.parser.isDone && $0.builder.sawChoices)) }
    }

    /// Takes a piece of a stream.
    package func feed(_ bytes: UnsafeBufferPointer<UInt8>) throws {
        try state.withLock { state in
            if state.hasBegun || dialect.framing != .events { return try take(bytes, &state) }
            state.beginning.append(contentsOf: bytes)
            let start = JSONText.start(of: state.beginning)
            guard start < state.beginning.count else {
                // Whole comments say nothing, and are not looked at again.
                let end = state.beginning.lastIndex { $0 == 0x0A || $0 == 0x0D } ?? -1
                state.beginning.removeFirst(end + 1)
                // A comment without end is the stream's own affair.
                if state.beginning.count > 1 << 20 { state.hasBegun = true }
                return
            }
            state.hasBegun = true
            let beginning = Array(state.beginning[start...])
            state.beginning = []
            if [UInt8(ascii: "{"), UInt8(ascii: "["), UInt8(ascii: "<")].contains(beginning[0]) {
                state.document = beginning
                return
            }
            try beginning.withUnsafeBufferPointer { try take($0, &state) }
        }
    }

    private func take(_ bytes: UnsafeBufferPointer<UInt8>, _ state: inout State) throws {
        if state.document != nil {
            state.document?.append(contentsOf: bytes)
            return
        }
        var builder = state.builder
        state.builder = ReplyBuilder(builder.request)
        defer { state.builder = builder }
        do {
            try state.parser.feed(bytes) { try Self.absorb($0, isError: $1, dialect, &builder) }
        } catch let error as SampleError {
            state.failure = error
            throw error
        }
    }

    /// The checked choices; `body` is the whole answer when it was not fed.
    package func finish(_ body: [UInt8]) throws(SampleError) -> SampleReply {
        let outcome: Result<SampleReply, SampleError> = state.withLock { state in
            do {
                try close(&state, body)
                if state.builder.isStream, !state.builder.sawChoices, state.builder.choices.isEmpty {
                    throw ReplyViolation.unfinished
                }
                let reply = try state.builder.reply(dialect)
                // Where no choice is a sample, and all for one reason, the request failed.
                if reply.completions.isEmpty, let error = reply.failures.first?.error, !error.isAbort,
                    reply.failures.allSatisfy({ $0.error == error })
                {
                    throw error
                }
                return .success(reply)
            } catch {
                return .failure(Self.sampleError(error))
            }
        }
        return try outcome.get()
    }

    private func close(_ state: inout State, _ body: [UInt8]) throws {
        var builder = state.builder
        defer { state.builder = builder }
        if builder.request.isStreaming, state.document == nil {
            return try state.parser.finish { try Self.absorb($0, isError: $1, dialect, &builder) }
        }
        let body = state.document ?? body
        let start = JSONText.start(of: body)
        let text = start == 0 ? body : Array(body[start...])
        if !JSONText.isEventStream(text) {
            var whole = builder
            whole.isStream = false
            do {
                try text.withUnsafeBufferPointer { try Self.absorb($0, isError: false, dialect, &whole) }
                builder = whole
                return
            } catch {
                guard JSONText.isLines(text) else {
                    builder = whole
                    throw error
                }
            }
        }
        builder.isStream = true
        var parser = StreamParser(.events)
        try text.withUnsafeBufferPointer { bytes in
            try parser.feed(bytes) { try Self.absorb($0, isError: $1, dialect, &builder) }
            try parser.finish { try Self.absorb($0, isError: $1, dialect, &builder) }
        }
    }

    /// What a broken stream brought; nil when that is nothing or not usable.
    package func partial() -> SampleReply? {
        state.withLock { state in
            guard state.builder.request.isStreaming, state.document == nil,
                let reply = try? state.builder.reply(dialect, isPartial: true),
                !reply.completions.isEmpty || reply.failures.contains(where: { $0.beginning != nil })
            else { return nil }
            return reply
        }
    }

    private static func absorb(
        _ bytes: UnsafeBufferPointer<UInt8>, isError: Bool, _ dialect: any Dialect, _ builder: inout ReplyBuilder
    ) throws {
        if builder.isStream {
            if !isError, bytes.first == UInt8(ascii: "\""), let inner = try? JSONValue(parsing: bytes).stringValue,
                inner.hasPrefix("{")
            {
                // Events that were written as JSON twice.
                return try Array(inner.utf8).withUnsafeBufferPointer {
                    try absorb($0, isError: isError, dialect, &builder)
                }
            }
            if try isBeside(bytes, isError: isError) { return }
        }
        do {
            var cursor = JSONCursor(bytes, maxDepth: 64)
            cursor.takesNonFinite = true
            try dialect.absorb(&cursor, into: &builder)
            if let error = builder.error { throw SampleError.server(error) }
            if let next = builder.isStream ? JSONText.next(bytes, after: cursor.position) : nil {
                return try absorb(next, isError: isError, dialect, &builder)
            }
            try cursor.finish()
        } catch {
            throw sampleError(error)
        }
    }

    /// Whether an event of a stream is no piece of the answer: a ping in some form. Throws what it says where it is an error.
    private static func isBeside(_ bytes: UnsafeBufferPointer<UInt8>, isError: Bool) throws -> Bool {
        if isError, !bytes.isEmpty { throw SampleError.server(ServerError(status: 200, body: Array(bytes))) }
        guard let first = bytes.first(where: { $0 > 0x20 }) else { return true }
        if first == UInt8(ascii: "{") { return false }
        if first == UInt8(ascii: "[") {
            // An empty list says nothing.
            return bytes.allSatisfy { $0 <= 0x20 || $0 == first || $0 == UInt8(ascii: "]") }
        }
        if let value = try? JSONValue(parsing: bytes) {
            guard let words = value.stringValue, ErrorMeaning(sentence: words) != nil else { return true }
            throw SampleError.server(ServerError(status: 200, body: Array(words.utf8)))
        }
        // Words without any JSON are a sign of life or of its end.
        let words = String(decoding: bytes, as: UTF8.self)
        let signs = ["ping", "keep-alive", "keepalive", "keep alive", "heartbeat", "processing", "connected"]
        if words.utf8.count <= 64, signs.contains(where: words.lowercased().contains) { return true }
        throw SampleError.server(ServerError(status: 200, body: Array(bytes)))
    }

    private static func sampleError(_ error: any Error) -> SampleError {
        switch error {
        case let error as SampleError: error
        case let error as ReplyViolation: .reply(error)
        default: .reply(.malformed("\(error)"))
        }
    }
}
