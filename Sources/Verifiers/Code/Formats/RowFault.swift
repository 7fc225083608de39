/// Tests that prove nothing, or cannot be run.
struct RowFault: Sendable {
    var reason: String
    var explanation: String
}
