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
