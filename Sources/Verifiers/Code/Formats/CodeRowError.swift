/// A row holds no tests that we can read: about the data set, not about the completion.
struct CodeRowError: Error {
    var description: String
}
