import Foundation

/// FNV-1a, 64 bits (Fowler, Noll, Vo): a stable fingerprint, not a defence.
package struct FNV1a {
    package private(set) var value: UInt64 = 0xcbf2_9ce4_8422_2325

    /// The value in hexadecimal digits.
    package var text: String { String(value, radix: 16) }

    package init() {}

    package mutating func add(_ bytes: some Sequence<UInt8>) {
        for byte in bytes { value = (value ^ UInt64(byte)) &* 0x100_0000_01b3 }
        // A separator outside the byte range keeps "ab","c" apart from "a","bc".
        value = (value ^ 0x100) &* 0x100_0000_01b3
    }
}

extension FNV1a {
    /// Larger files are known by their size and by samples: a model of many gigabytes is not read before the first item.
    private static let wholeBytes = 1 << 20
    private static let samples: Int64 = 64
    private static let sampleBytes = 4096

    /// Adds the contents of a regular file; nothing where there is none: a pipe and a device have no end.
    package mutating func add(fileAt path: String) {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)
        guard descriptor >= 0 else { return }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return }
        let size = Int64(status.st_size)
        if size < Self.wholeBytes {
            return add(Self.read(descriptor, Self.wholeBytes, at: 0))
        }
        // From the first block to the last, in even steps: what is written anew, and not edited, differs in all of them.
        let step = (size - Int64(Self.sampleBytes)) / (Self.samples - 1)
        withUnsafeBytes(of: size.littleEndian) { add($0) }
        for sample in 0..<Self.samples { add(Self.read(descriptor, Self.sampleBytes, at: sample * step)) }
        add(Self.read(descriptor, Self.sampleBytes, at: size - Int64(Self.sampleBytes)))
    }

    private static func read(_ descriptor: Int32, _ most: Int, at offset: Int64) -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: most) { buffer, count in
            while count < most, let base = buffer.baseAddress {
                let got = pread(descriptor, base + count, most - count, off_t(offset) + off_t(count))
                if got < 0 && errno == EINTR { continue }
                if got <= 0 { break }
                count += got
            }
        }
    }
}
