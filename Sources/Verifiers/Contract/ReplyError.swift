/// A line that is not what the protocol wants, in one sentence.
struct ReplyError: Error, CustomStringConvertible {
    var description: String

    init(_ description: String) { self.description = description }
}
