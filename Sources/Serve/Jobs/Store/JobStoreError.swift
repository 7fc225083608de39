/// The file of jobs cannot be read or written: its disk is full, another process holds it, or it is damaged.
struct JobStoreError: Error, Sendable, CustomStringConvertible {
    /// What SQLite says.
    var description: String
    /// Whether its disk is full.
    var isFull = false
}
