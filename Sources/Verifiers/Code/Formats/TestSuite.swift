/// Tests that are a program of their own, as their author wrote them: run together with the program under test, in the runner
/// of their language.
struct TestSuite: Hashable, Sendable {
    /// A file that the row brings, for example data that the tests read.
    struct File: Hashable, Sendable {
        /// Its path below the program's folder.
        var path: String
        var bytes: [UInt8]
    }

    /// The tests' source.
    var source: String
    /// The function that a `check(candidate)` is given; `[insert]` where the tests run the program's text themselves.
    var entryPoint: String?
    /// Code that the program continues or repeats; its helpers are what the tests mean by their names.
    var prompt: String?
    /// Text of the tests that goes before the program, where the row says so.
    var prologue = ""
    /// Names under which the tests import the program, beside `solution`.
    var modules: [String] = []
    /// Where the tests' and the program's text belong, for runners that read a folder.
    var testFile: String?
    var solutionFile: String?
    var files: [File] = []
    /// Common imports are there without being asked for.
    var hasPrelude = false
}
