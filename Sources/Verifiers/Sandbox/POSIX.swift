#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// Blocking descriptor operations, for threads of our own only.
enum POSIX {
    /// Reads exactly `count` bytes; nil at the end of the stream, on an error, or after the deadline.
    static func read(_ descriptor: Int32, count: Int, deadline: UInt64) -> [UInt8]? {
        var done = 0
        let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
            while done < count {
                guard wait(descriptor, until: deadline), let base = buffer.baseAddress else { break }
                let got = recv(descriptor, base + done, count - done, 0)
                if got < 0 && errno == EINTR { continue }
                if got <= 0 { break }
                done += got
            }
            initialized = done
        }
        return done == count ? bytes : nil
    }

    /// Reads what is there, at most 4096 bytes; empty at the end of the stream, nil on an error or after the deadline.
    static func available(_ descriptor: Int32, deadline: UInt64) -> [UInt8]? {
        while wait(descriptor, until: deadline) {
            var got = 0
            let bytes = [UInt8](unsafeUninitializedCapacity: 4096) { buffer, initialized in
                var place = iovec(iov_base: buffer.baseAddress, iov_len: buffer.count)
                got = readv(descriptor, &place, 1)
                initialized = max(0, got)
            }
            if got >= 0 { return bytes }
            if errno != EINTR && errno != EAGAIN { return nil }
        }
        return nil
    }

    /// Writes all; false when the other side is gone.
    static func write(_ descriptor: Int32, _ bytes: [UInt8]) -> Bool {
        bytes.withUnsafeBufferPointer { buffer in
            var done = 0
            while done < buffer.count {
                guard let base = buffer.baseAddress else { return true }
                let put = send(descriptor, base + done, buffer.count - done, Int32(MSG_NOSIGNAL))
                if put < 0 && errno == EINTR { continue }
                if put <= 0 { return false }
                done += put
            }
            return true
        }
    }

    /// Monotonic milliseconds.
    static var milliseconds: UInt64 {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return UInt64(time.tv_sec) * 1000 + UInt64(time.tv_nsec) / 1_000_000
    }

    private static func wait(_ descriptor: Int32, until deadline: UInt64) -> Bool {
        while true {
            let now = milliseconds
            if now >= deadline { return false }
            var polled = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
            let found = poll(&polled, 1, Int32(clamping: deadline - now))
            if found > 0 { return true }
            if found < 0 && errno != EINTR { return false }
        }
    }
}
