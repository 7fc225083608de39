extension PythonRuntime {
    /// The zygote's command.
    var zygote: [String] {
        [
            interpreter, "-c", PythonZygote.source, PythonZygote.preloaded.joined(separator: ","),
            sites.joined(separator: ":"),
        ]
    }
}
