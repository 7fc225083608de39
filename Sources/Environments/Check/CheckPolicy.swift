import Datasets
import Experience
import JSON

/// A policy for a check: what it does depends on the opening, the turn and a seed alone.
public struct CheckPolicy: Sendable {
    /// What it may say and give as text arguments; the environment's own language makes a better check.
    public var texts: [String]
    /// Longest and greatest integers that it gives.
    public var integers: ClosedRange<Int>

    /// A policy that says one of these texts.
    public init(
        texts: [String] = ["1", "50", "1 + 1", "print(1)", "echo 1", "SELECT 1", "up", "left", "2 1", "1234", "yes"],
        integers: ClosedRange<Int> = 1...3
    ) {
        self.texts = texts.isEmpty ? [""] : texts
        self.integers = integers
    }

    /// Its action in a turn; `mark` stands in every text that it says of its own accord.
    func action(_ opening: Opening, turn: Int, seed: UInt64, mark: String) -> Action {
        var draw = SplitMix64(state: SplitMix64.mixed(seed &+ UInt64(clamping: turn)))
        func text(_ draw: inout SplitMix64) -> String { texts.randomElement(using: &draw) ?? "" }
        guard let tool = opening.tools.randomElement(using: &draw) else {
            return Action(text: mark.isEmpty ? text(&draw) : "\(mark) \(text(&draw))")
        }
        var arguments: [JSONValue.Member] = []
        for property in tool.parameters["properties"]?.objectValue ?? [] {
            let value: JSONValue
            if let choice = property.value["enum"]?.arrayValue?.randomElement(using: &draw) {
                value = choice
            } else {
                switch property.value["type"]?.stringValue {
                case "integer", "number": value = .int(Int.random(in: integers, using: &draw))
                case "boolean": value = .bool(draw.next() & 1 == 0)
                case "array": value = .array([])
                case "object": value = .object([])
                default: value = .string(text(&draw))
                }
            }
            arguments.append(.init(property.key, value))
        }
        return Action(text: mark, calls: [ToolCall(id: "call_0", name: tool.name, arguments: .object(arguments))])
    }
}
