/// The user's input cannot be used: exit code 2.
struct BadInput: Error, CustomStringConvertible {
    var description: String

    init(_ description: String) { self.description = description }
}
