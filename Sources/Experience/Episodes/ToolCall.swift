public import JSON

/// What is wrong with a call that the policy wrote. It is the policy's fault: it is told so as text, and it is counted.
public enum ToolCallFault: String, Sendable, Codable, CaseIterable {
    /// The arguments, or the call around them, are no JSON.
    case invalidJSON = "invalid_json"
    /// A call was begun and never closed.
    case unclosedBlock = "unclosed_block"
    /// There is no name.
    case missingName = "missing_name"
    /// It is JSON or markup of another form than the syntax has; the arguments are no object.
    case malformedStructure = "malformed_structure"
    /// No tool has that name.
    case unknownTool = "unknown_tool"
    /// The arguments are not what the tool's schema says.
    case schema
}

/// A call that the policy wrote, readable or not.
public struct ToolCall: Sendable, Hashable {
    /// Names the call to the template: `call_0` and on inside a turn, or what the syntax itself says.
    public var id: String
    /// The tool's name; empty where it could not be read.
    public var name: String
    /// The arguments, an object; nil where they could not be read.
    public var arguments: JSONValue?
    /// What is wrong with it; nil for a call that can be made.
    public var fault: ToolCallFault?
    /// The arguments of a call that could be read, but not made: an agent that runs its own tools judges it itself.
    public var written: JSONValue?
    /// One sentence on the fault, for the policy to read.
    public var explanation: String?

    /// A call, good unless `fault` says otherwise.
    public init(
        id: String, name: String, arguments: JSONValue?, fault: ToolCallFault? = nil, explanation: String? = nil
    ) {
        self.id = id
        self.name = name
        self.arguments = arguments
        self.fault = fault
        self.explanation = explanation
    }
}

/// What a tool answered, or what the policy is told of a call that could not be made.
public struct ToolResult: Sendable, Hashable {
    /// How a call ended.
    public enum Outcome: String, Sendable, Codable, CaseIterable {
        /// The tool answered.
        case ok
        /// The tool says that it failed: a program with an exit code, a query that is no SQL. Text to the policy.
        case failed
        /// The policy's program ran over its own limit. Text to the policy.
        case timeout
        /// The call could not be made; `ToolCallFault` says why.
        case rejected
    }

    /// The call's id.
    public var callID: String
    /// The tool's name, as the call gave it.
    public var name: String
    /// What the policy reads.
    public var text: String
    /// How it ended.
    public var outcome: Outcome

    /// An answer to a call.
    public init(to call: ToolCall, _ text: String, outcome: Outcome = .ok) {
        callID = call.id
        name = call.name
        self.text = text
        self.outcome = outcome
    }
}
