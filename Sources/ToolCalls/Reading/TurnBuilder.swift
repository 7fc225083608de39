import Experience
import JSON

/// Takes what a grammar finds, in order, and says of each call whether it can be made.
struct TurnBuilder {
    /// What a turn may hold; what goes beyond is text.
    static let mostCalls = 1024
    /// Depth of arguments.
    static let mostDepth = 64

    private(set) var turn = ModelTurn()
    private let source: MarkedText
    private let tools: [Tool]

    init(_ source: MarkedText, tools: [Tool]) {
        self.source = source
        self.tools = tools
    }

    private var nextID: String { "call_" + String(turn.calls.count) }

    var isFull: Bool { turn.calls.count >= Self.mostCalls }

    mutating func think(_ range: Range<Int>) { turn.reasoning = (turn.reasoning ?? "") + source.string(range) }

    mutating func say(_ range: Range<Int>) {
        let range = source.trimmed(range)
        if !range.isEmpty { turn.text.append(source.string(range)) }
    }

    mutating func fault(
        _ fault: ToolCallFault, _ name: String = "", _ explanation: String? = nil, written: JSONValue? = nil
    ) {
        var call = ToolCall(
            id: nextID, name: name, arguments: nil, fault: fault,
            explanation: explanation ?? fault.sentence)
        call.written = written
        turn.calls.append(call)
    }

    /// A call with arguments as JSON text.
    mutating func call(_ name: String, json range: Range<Int>) {
        if name.isEmpty { return fault(.missingName) }
        guard let value = self.json(range) else { return fault(.invalidJSON, name) }
        call(name, value)
    }

    /// A call that is an object with a name and arguments.
    mutating func call(_ value: JSONValue, name nameKey: String = "name", arguments keys: [String] = ["arguments"]) {
        guard let name = value[nameKey]?.stringValue, !name.isEmpty else { return fault(.missingName) }
        call(name, keys.lazy.compactMap { value[$0] }.first ?? .object([]))
    }

    /// A call of a name with arguments.
    mutating func call(_ name: String, _ arguments: JSONValue) {
        guard !name.isEmpty else { return fault(.missingName) }
        guard case .object = arguments else {
            return fault(.malformedStructure, name, "the arguments must be a JSON object")
        }
        guard let index = index(of: name) else {
            return fault(
                .unknownTool, name, "there is no tool '\(name)'" + name.hint(among: Set(tools.map(\.name)).sorted()),
                written: arguments.ordered)
        }
        let arguments = arguments.ordered
        if let violation = JSONSchema(known: tools[index].parameters).violation(in: arguments) {
            return fault(.schema, name, "the arguments do not fit: \(violation)", written: arguments)
        }
        turn.calls.append(ToolCall(id: nextID, name: name, arguments: arguments))
    }

    /// What a range says in JSON; nil when it is none.
    func json(_ range: Range<Int>) -> JSONValue? {
        let range = source.trimmed(range)
        return source.hasHalfCharacter(range) ? nil : source.json(range, maxDepth: Self.mostDepth)
    }

    /// The schema of an argument; nil where none is declared.
    func declared(_ argument: String, of name: String) -> JSONValue? {
        index(of: name).flatMap { tools[$0].parameters["properties"]?[argument] }
    }

    // A turn makes a call or two: a table of the tools would cost more than to look through them.
    private func index(of name: String) -> Int? { tools.indices.first { tools[$0].name == name } }
}

extension ToolCallFault {
    fileprivate var sentence: String {
        switch self {
        case .invalidJSON: "the call is not valid JSON"
        case .unclosedBlock: "the call was begun and not closed"
        case .missingName: "the call names no tool"
        case .malformedStructure: "the call is not of the form that was asked for"
        case .unknownTool: "there is no such tool"
        case .schema: "the arguments do not fit the tool's schema"
        }
    }
}
