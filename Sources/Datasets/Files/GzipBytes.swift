internal import CZlib
internal import Experience

/// What a gzip file holds, of all its members.
final class GzipBytes: ByteSource {
    private let path: String
    private let source: any ByteSource
    // zlib keeps its address.
    private let stream: UnsafeMutablePointer<z_stream>
    private var input: [UInt8] = []
    private var position = 0
    /// Whether zlib may hold output that found no room.
    private var hasMore = false
    private var isInMember = false
    private var hasMembers = false

    init(path: String, source: any ByteSource) throws {
        self.path = path
        self.source = source
        stream = .allocate(capacity: 1)
        stream.initialize(to: z_stream())
        // 15 + 16: the largest window, gzip alone.
        let code = inflateInit2_(stream, 31, ZLIB_VERSION, Int32(truncatingIfNeeded: MemoryLayout<z_stream>.size))
        if code != Z_OK { throw DatasetError(path: path, line: 0, message: "zlib cannot be started (\(code))") }
    }

    deinit {
        inflateEnd(stream)
        stream.deallocate()
    }

    func read(atMost count: Int) throws -> [UInt8] {
        while true {
            if position == input.count, !hasMore {
                input = try source.read(atMost: 1 << 17)
                position = 0
            }
            if input.isEmpty, !hasMore {
                if isInMember || !hasMembers { throw fail("it ends in the middle") }
                return []
            }
            if !isInMember, try !beginMember() { continue }
            let output = try inflated(atMost: count)
            if !output.isEmpty { return output }
        }
    }

    /// Whether a member begins here; zeros between and after members are padding.
    private func beginMember() throws -> Bool {
        if hasMembers {
            while position < input.count, input[position] == 0 { position += 1 }
            if position == input.count { return false }
            if input[position] != 0x1F { throw fail("bytes that are not gzip follow its end") }
            inflateReset(stream)
        }
        (isInMember, hasMembers) = (true, true)
        return true
    }

    private func inflated(atMost count: Int) throws -> [UInt8] {
        var code = Z_OK
        var left = 0
        let output = [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
            input.withUnsafeMutableBufferPointer { input in
                stream.pointee.next_in = input.baseAddress?.advanced(by: position)
                stream.pointee.avail_in = UInt32(clamping: input.count - position)
                stream.pointee.next_out = buffer.baseAddress
                stream.pointee.avail_out = UInt32(clamping: count)
                code = inflate(stream, Z_NO_FLUSH)
                left = Int(stream.pointee.avail_in)
                initialized = count - Int(stream.pointee.avail_out)
            }
        }
        position = input.count - left
        hasMore = code == Z_OK && output.count == count
        if code == Z_STREAM_END { isInMember = false }
        if code != Z_OK, code != Z_STREAM_END, code != Z_BUF_ERROR {
            throw fail(stream.pointee.msg.map { String(cString: $0) } ?? "zlib says \(code)")
        }
        return output
    }

    private func fail(_ reason: String) -> DatasetError {
        DatasetError(path: path, line: 0, message: "not a whole gzip file: \(reason)")
    }
}
