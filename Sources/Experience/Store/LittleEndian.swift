public import Foundation

extension Array where Element: BitwiseCopyable {
    /// The elements' bytes, little-endian as on every platform that Swift runs on.
    public var littleEndianData: Data { withUnsafeBytes { Data($0) } }
}

extension Data {
    /// The elements whose bytes these are; a trailing partial element is dropped.
    public func elements<Element: BitwiseCopyable>(of type: Element.Type = Element.self) -> [Element] {
        let stride = MemoryLayout<Element>.stride
        return withUnsafeBytes { raw in
            (0..<raw.count / stride).map { raw.loadUnaligned(fromByteOffset: $0 * stride, as: Element.self) }
        }
    }
}
