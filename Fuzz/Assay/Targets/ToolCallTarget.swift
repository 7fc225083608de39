import Experience
import JSON
import ToolCalls

/// What models write as tool calls, in every syntax, with special tokens anywhere.
final class ToolCallTarget: FuzzTarget {
    private let seeds: [FuzzInput]
    private let mutator: Mutator
    private static let tools = [
        Tool(
            name: "search", description: "",
            parameters: [
                "type": "object", "required": ["query"],
                "properties": ["query": ["type": "string"], "limit": ["type": "integer"], "tags": ["type": "array"]],
            ]), Tool(name: "now", description: ""),
    ]

    init(_ context: FuzzContext) {
        seeds = context.corpus["tool calls"]
        mutator = Mutator(seeds)
    }

    func input(at place: FuzzPlace) -> FuzzInput {
        if place.index < seeds.count { return seeds[Int(place.index)] }
        var random = place.random("tool calls")
        var input = seeds.isEmpty ? FuzzInput() : random.pick(seeds)
        var text = mutator.changedPart(input["text"] ?? [], &random)
        // A second syntax's markers in the middle, and many of one.
        if random.oneIn(4), !seeds.isEmpty, let other = random.pick(seeds)["text"] {
            text.insert(contentsOf: other, at: random.below(text.count + 1))
        }
        if random.oneIn(30) { text = Array([[UInt8]](repeating: text, count: 200).joined()) }
        input.set("text", Array(text.prefix(1 << 20)))
        if random.oneIn(4) { input.set("syntax", Array(random.pick(ToolSyntax.all).name.utf8)) }
        if random.oneIn(3) { input.set("tokens", Array((random.oneIn(2) ? "all" : "none").utf8)) }
        return input
    }

    func run(_ input: FuzzInput) async throws {
        let text = input["text"] ?? []
        // Every marker of the text as a token of its own, or none, or not known.
        let special: [Range<Int>]? =
            switch input.text("tokens") {
            case "all": Self.tags(text)
            case "none": []
            default: nil
            }
        for syntax in ToolSyntax.all where input.text("syntax").map({ $0 == syntax.name }) ?? true {
            let turn = syntax.read(text, special: special, tools: Self.tools, promptTail: input.text("tail") ?? "")
            for call in turn.calls {
                guard (call.fault == nil) == (call.arguments != nil) else {
                    throw FuzzFailure("\(syntax.name): a call has arguments and a fault, or neither")
                }
                if call.fault == nil, !Self.tools.contains(where: { $0.name == call.name }) {
                    throw FuzzFailure("\(syntax.name): a good call of no tool")
                }
            }
            if special?.isEmpty == true, syntax.name == "hermes_json", !turn.calls.isEmpty {
                throw FuzzFailure("\(syntax.name): a call without a token of its marker")
            }
        }
    }

    private static func tags(_ text: [UInt8]) -> [Range<Int>] {
        var found: [Range<Int>] = []
        var start: Int?
        for (index, byte) in text.enumerated() {
            if byte == UInt8(ascii: "<") || byte == UInt8(ascii: "[") { start = index }
            if byte == UInt8(ascii: ">") || byte == UInt8(ascii: "]"), let first = start {
                found.append(first..<index + 1)
                start = nil
            }
        }
        return found
    }
}
