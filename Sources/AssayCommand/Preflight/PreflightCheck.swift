import JSON

/// One thing that was looked at before a run, as a line of `assay doctor` shows it.
struct PreflightCheck: Sendable {
    /// How it turned out.
    enum State: String, Sendable {
        /// As it should be.
        case ok
        /// The run can go on; what will be wrong is said.
        case warn
        /// Something is not installed; that is the user's choice.
        case missing
        /// No verdict could ever be right, or nothing could be kept.
        case failed
    }

    var name: String
    var state: State
    /// One line: what was found and, unless it is ok, what to do.
    var detail: String

    init(_ name: String, _ state: State, _ detail: String) {
        self.name = name
        self.state = state
        // What others said may have lines of its own; the first is the one that decides.
        self.detail = detail.split(whereSeparator: \.isNewline).first.map(String.init) ?? detail
    }

    var json: JSONValue {
        ["name": .string(name), "state": .string(state.rawValue), "detail": .string(detail)]
    }
}
