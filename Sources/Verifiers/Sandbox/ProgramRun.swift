/// One run of a program in a box: what the worker is asked to do.
struct ProgramRun {
    /// What starts the program.
    enum Start: Equatable {
        /// Executes the first word (an absolute path) with these arguments.
        case execute([String])
        /// Forks the warm interpreter, which is told these words.
        case fork([String])
    }

    /// A file laid into the program's folder.
    struct File: Equatable {
        var name: String
        var bytes: [UInt8]
        var mode: UInt32 = 0o644
    }

    var start: Start
    var limits: RunLimits
    var environment: [String] = []
    var files: [File] = []
    var input: [UInt8] = []
    /// A file that is brought out when the program exits with 0, and its greatest size.
    var artifact: (name: String, most: Int)?
    /// Whether the address space is limited too; off for runtimes that reserve much more than they use.
    var limitsAddressSpace = true
    /// Times that bytes on the result channel start the clocks again: the number of calls after the first.
    var stages = 0
    /// Greatest size of what comes on the result channel.
    var resultBytes = 16 << 20
    /// The result channel is handed on as it comes, and stdin stays open.
    var isInteractive = false
    /// Interactive, and each input starts the clocks again.
    var isSession = false
}
