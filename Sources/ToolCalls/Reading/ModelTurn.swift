public import Experience

/// What a policy wrote in one turn, taken apart.
public struct ModelTurn: Sendable, Hashable {
    /// The calls in order, bad ones among them.
    public var calls: [ToolCall] = []
    /// What stands before, between and behind calls and thoughts; trimmed, without empty pieces.
    public var text: [String] = []
    /// What the model thought, trimmed; nil where it did not.
    public var reasoning: String?

    /// A turn without anything.
    public init() {}
}
