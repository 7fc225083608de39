internal import CZlib
import Foundation

/// The tests that LiveCodeBench hides from search engines: JSON text in a pickle, compressed with zlib, in base64.
///
/// Of pickle only the codes that one string is made of are read, so nothing in a row is ever run.
/// https://github.com/LiveCodeBench/LiveCodeBench, lcb_runner/benchmarks/code_generation.py
enum PackedTests {
    private static let most = 1 << 28

    /// The JSON text; nil when the text is anything else.
    static func text(in packed: String) -> [UInt8]? {
        guard let compressed = Data(base64Encoded: packed), let pickle = inflated([UInt8](compressed)) else {
            return nil
        }
        // Some leave the pickle out.
        if let first = pickle.first, first == UInt8(ascii: "[") || first == UInt8(ascii: "{") { return pickle }
        return string(inPickle: pickle)
    }

    private static func inflated(_ bytes: [UInt8]) -> [UInt8]? {
        var stream = z_stream()
        guard inflateInit_(&stream, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK else { return nil }
        defer { inflateEnd(&stream) }
        var input = bytes
        return input.withUnsafeMutableBufferPointer { source -> [UInt8]? in
            stream.next_in = source.baseAddress
            stream.avail_in = UInt32(clamping: source.count)
            var output: [UInt8] = []
            var block = [UInt8](repeating: 0, count: 1 << 16)
            while output.count < most {
                let (code, left) = block.withUnsafeMutableBufferPointer { room in
                    stream.next_out = room.baseAddress
                    stream.avail_out = UInt32(room.count)
                    return (inflate(&stream, Z_NO_FLUSH), room.count - Int(stream.avail_out))
                }
                output += block[..<left]
                if code == Z_STREAM_END { return output }
                guard code == Z_OK, left > 0 else { return nil }
            }
            return nil
        }
    }

    // Codes as in CPython's Lib/pickle.py.
    static func string(inPickle bytes: [UInt8]) -> [UInt8]? {
        var rest = bytes[...]
        var found: [UInt8]?
        func take(_ count: Int) -> ArraySlice<UInt8>? {
            guard count >= 0, rest.count >= count else { return nil }
            defer { rest = rest.dropFirst(count) }
            return rest.prefix(count)
        }
        func length(_ width: Int) -> Int? {
            take(width).flatMap { Int(exactly: $0.reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }) }
        }
        while let code = take(1)?.first {
            let size: Int?
            switch Unicode.Scalar(code) {
            case "\u{80}":  // protocol
                guard take(1) != nil else { return nil }
                continue
            case "\u{95}":  // frame
                guard take(8) != nil else { return nil }
                continue
            case "\u{94}": continue  // memoize
            case "q":  // put
                guard take(1) != nil else { return nil }
                continue
            case ".": return rest.isEmpty ? found : nil
            case "\u{8C}": size = length(1)
            case "X": size = length(4)
            case "\u{8D}": size = length(8)
            default: return nil
            }
            guard found == nil, let size, let text = take(size) else { return nil }
            found = Array(text)
        }
        return nil
    }
}
