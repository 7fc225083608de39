/// Bytes as they come, given out line by line.
package struct LineBuffer: Sendable {
    package private(set) var unread: [UInt8] = []
    private var consumed = 0
    private var searched = 0

    /// Longest line that is ever allowed.
    package static let maxLineBytes = 16 << 20

    /// Longest line; a longer one is a flood.
    package var mostLineBytes = maxLineBytes

    /// An empty one.
    package init() {}

    /// Whether a line is longer than allowed, as far as it has come.
    package var isFlooded: Bool { unread.count - consumed > mostLineBytes }

    /// Whether nothing has come that was not given out.
    package var isEmpty: Bool { rest.isEmpty }

    /// What has come and was not given out.
    package var rest: ArraySlice<UInt8> { unread[consumed...] }

    /// Lets `body` put bytes at the end.
    package mutating func append<Result>(_ body: (inout [UInt8]) throws -> Result) rethrows -> Result {
        try body(&unread)
    }

    /// The next whole line, without its end.
    package mutating func nextLine() -> ArraySlice<UInt8>? {
        guard let newline = unread[searched...].firstIndex(of: UInt8(ascii: "\n")) else {
            // Moving the rest once per read, not per line, keeps a burst of short lines linear.
            if consumed > 0 {
                unread.removeFirst(consumed)
                consumed = 0
            }
            searched = unread.count
            return nil
        }
        defer {
            consumed = newline + 1
            searched = consumed
        }
        return unread[consumed..<newline]
    }
}
