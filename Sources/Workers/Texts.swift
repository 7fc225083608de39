#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

extension String {
    /// The system's sentence for an errno.
    package init(errno code: Int32) {
        self = withUnsafeTemporaryAllocation(of: CChar.self, capacity: 256) { room in
            guard let start = room.baseAddress else { return "error \(code)" }
            return strerror_r(code, start, room.count) == 0 ? String(cString: start) : "error \(code)"
        }
    }
}

extension ArraySlice<UInt8> {
    /// The beginning of a line, for a message.
    package var quoted: String {
        let text = String(decoding: prefix(200), as: UTF8.self)
        return "'\(text)'" + (count > 200 ? "…" : "")
    }
}

extension [String] {
    /// Calls `body` with a NULL-terminated array of C strings.
    package func withCStrings<Result>(_ body: (UnsafePointer<UnsafePointer<CChar>?>) -> Result) -> Result {
        let copies = map { strdup($0) }
        defer { copies.forEach { free($0) } }
        let pointers: [UnsafePointer<CChar>?] = copies.map { $0.map { UnsafePointer($0) } } + [nil]
        return pointers.withUnsafeBufferPointer { buffer in
            // An array that holds at least the terminator has an address.
            body(buffer.baseAddress.unsafelyUnwrapped)
        }
    }
}
