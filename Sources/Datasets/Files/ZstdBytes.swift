internal import Experience
internal import Foundation

/// What a zstd file holds, unpacked by the libzstd of this machine, which is looked for when it is needed.
final class ZstdBytes: ByteSource {
    // ZSTD_outBuffer and ZSTD_inBuffer of zstd.h, stable since 1.0.
    private struct Buffer {
        var bytes: UnsafeMutableRawPointer?
        var size: Int
        var position: Int
    }

    private typealias Create = @convention(c) () -> OpaquePointer?
    private typealias Free = @convention(c) (OpaquePointer?) -> Int
    private typealias Decompress =
        @convention(c) (OpaquePointer?, UnsafeMutableRawPointer, UnsafeMutableRawPointer) -> Int
    private typealias IsError = @convention(c) (Int) -> UInt32
    private typealias ErrorName = @convention(c) (Int) -> UnsafePointer<CChar>?

    /// The functions of the library.
    private struct Library {
        let create: Create
        let free: Free
        let decompress: Decompress
        let isError: IsError
        let errorName: ErrorName

        init?() {
            let names = ["libzstd.so.1", "libzstd.so", "libzstd.1.dylib"]
            guard let handle = names.lazy.compactMap({ dlopen($0, RTLD_NOW | RTLD_LOCAL) }).first,
                let create = dlsym(handle, "ZSTD_createDStream"), let free = dlsym(handle, "ZSTD_freeDStream"),
                let decompress = dlsym(handle, "ZSTD_decompressStream"), let isError = dlsym(handle, "ZSTD_isError"),
                let errorName = dlsym(handle, "ZSTD_getErrorName")
            else { return nil }
            self.create = unsafeBitCast(create, to: Create.self)
            self.free = unsafeBitCast(free, to: Free.self)
            self.decompress = unsafeBitCast(decompress, to: Decompress.self)
            self.isError = unsafeBitCast(isError, to: IsError.self)
            self.errorName = unsafeBitCast(errorName, to: ErrorName.self)
        }
    }

    private let path: String
    private let source: any ByteSource
    private let zstd: Library
    private let stream: OpaquePointer
    private var input: [UInt8] = []
    private var position = 0
    // What the library says it still wants: 0 at the end of a frame.
    private var wanted = 1

    /// nil where the machine has no libzstd.
    init?(path: String, source: any ByteSource) {
        guard let zstd = Library(), let stream = zstd.create() else { return nil }
        (self.path, self.source, self.zstd, self.stream) = (path, source, zstd, stream)
    }

    deinit { _ = zstd.free(stream) }

    func read(atMost count: Int) throws -> [UInt8] {
        while true {
            if position == input.count {
                input = try source.read(atMost: 1 << 17)
                position = 0
            }
            // At the end there may still be output that found no room.
            let isLast = input.isEmpty
            let output = try decompressed(atMost: count)
            if !output.isEmpty { return output }
            if isLast {
                if wanted != 0 { throw fail("it ends in the middle") }
                return []
            }
        }
    }

    private func decompressed(atMost count: Int) throws -> [UInt8] {
        var code = 0
        let output = [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
            input.withUnsafeMutableBytes { input in
                var from = Buffer(bytes: input.baseAddress, size: input.count, position: position)
                var to = Buffer(bytes: UnsafeMutableRawPointer(buffer.baseAddress), size: count, position: 0)
                // A finished frame and no input: nothing is wanted.
                if wanted != 0 || from.position < from.size { code = zstd.decompress(stream, &to, &from) }
                position = min(max(from.position, 0), input.count)
                initialized = min(max(to.position, 0), count)
            }
        }
        if zstd.isError(code) != 0 {
            throw fail(zstd.errorName(code).map { String(cString: $0) } ?? "zstd says \(code)")
        }
        wanted = code
        return output
    }

    private func fail(_ reason: String) -> DatasetError {
        DatasetError(path: path, line: 0, message: "not a whole zstd file: \(reason)")
    }
}
