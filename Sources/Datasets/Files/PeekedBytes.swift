internal import Experience

/// Bytes whose beginning can be looked at before they are read.
final class PeekedBytes: ByteSource {
    private let source: any ByteSource
    private var held: [UInt8] = []
    private var isAtEnd = false

    init(_ source: any ByteSource) { self.source = source }

    /// The next bytes, as many as are wanted unless the end comes before; they are still to be read.
    func peek(_ count: Int) throws -> [UInt8] {
        while held.count < count, try more() {}
        return Array(held.prefix(count))
    }

    /// What has been looked at, and one portion more where that is asked for; nil when there is no more.
    func peeked(andMore: Bool) throws -> [UInt8]? { try !andMore || more() ? held : nil }

    var isReady: Bool { !held.isEmpty || isAtEnd || source.isReady }

    func read(atMost count: Int) throws -> [UInt8] {
        if held.isEmpty { return isAtEnd ? [] : try source.read(atMost: count) }
        defer { held.removeFirst(min(count, held.count)) }
        return Array(held.prefix(count))
    }

    private func more() throws -> Bool {
        if isAtEnd { return false }
        let bytes = try source.read(atMost: 1 << 16)
        isAtEnd = bytes.isEmpty
        held += bytes
        return !isAtEnd
    }
}
