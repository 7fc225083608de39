/// Whom a piece of work is for: what waits is shared out among these.
struct WorkShare: Sendable, Hashable {
    /// The token's name, or that of everybody where there are none.
    var owner: String
    /// Work of a job, which nobody waits for: it goes after all else.
    var isJob = false

    static let local = WorkShare(owner: "")
}
