import Foundation

/// Bytes as a box's driver takes them.
enum Base64 {
    static func encoded(_ bytes: some Sequence<UInt8>) -> String { Data(bytes).base64EncodedString() }
}
