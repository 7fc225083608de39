/// Why a byte sequence is not acceptable JSON, and where.
public struct JSONError: Error, Sendable, Equatable, CustomStringConvertible {
    /// One phrase for a person, for example "unexpected end of text".
    public var reason: String
    /// Byte offset from the start of the text.
    public var offset: Int

    /// An error at a byte offset of the text.
    public init(_ reason: String, at offset: Int) {
        self.reason = reason
        self.offset = offset
    }

    /// The reason with its byte offset.
    public var description: String { "\(reason) at byte \(offset)" }
}
