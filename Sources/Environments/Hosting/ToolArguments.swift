import Experience
import JSON

/// What the policy did wrong, as it is told so.
struct PolicyFault: Error {
    var text: String
    var outcome: ToolResult.Outcome

    init(_ text: String, _ outcome: ToolResult.Outcome = .failed) {
        self.text = text
        self.outcome = outcome
    }
}

/// A call's arguments, held to the tool's schema: every one known and of its type, the required ones there.
struct ToolArguments {
    private let arguments: JSONValue

    /// Throws what the policy is told.
    init(_ call: ToolCall, of tools: [Tool]) throws(PolicyFault) {
        guard let tool = tools.first(where: { $0.name == call.name }) else {
            throw PolicyFault(
                "there is no tool '\(call.name.cut(to: 100))'" + call.name.hint(among: tools.map(\.name)), .rejected)
        }
        guard let arguments = call.arguments, let members = arguments.objectValue else {
            throw PolicyFault("the arguments of '\(tool.name)' must be an object", .rejected)
        }
        let properties = tool.parameters["properties"]?.objectValue ?? []
        for member in members {
            guard let property = properties.last(where: { $0.key == member.key }) else {
                throw PolicyFault(
                    "'\(tool.name)' has no argument '\(member.key.cut(to: 100))'"
                        + member.key.hint(among: properties.map(\.key)), .rejected)
            }
            guard let type = property.value["type"]?.stringValue, !Self.isOf(type, member.value) else { continue }
            throw PolicyFault(
                "'\(member.key)' of '\(tool.name)' must be \(Self.words[type] ?? type), not "
                    + member.value.text.cut(to: 100), .rejected)
        }
        for required in tool.parameters["required"]?.arrayValue ?? [] {
            guard let key = required.stringValue, arguments[key] == nil else { continue }
            throw PolicyFault("'\(tool.name)' needs the argument '\(key)'", .rejected)
        }
        self.arguments = arguments
    }

    private static let words = [
        "string": "a text", "integer": "an integer", "number": "a number", "boolean": "true or false",
    ]

    private static func isOf(_ type: String, _ value: JSONValue) -> Bool {
        switch type {
        case "string": value.stringValue != nil
        case "integer": integer(value) != nil
        case "number": value.doubleValue?.isFinite ?? false
        case "boolean": value.boolValue != nil
        default: true
        }
    }

    // 3, 3.0 and 3e0 are one.
    private static func integer(_ value: JSONValue) -> Int? {
        if case .number(let number) = value { number.canonical.intValue } else { nil }
    }

    /// A text; empty where it is not given.
    func text(_ key: String) -> String { arguments[key]?.stringValue ?? "" }

    /// An integer inside `range`; throws what the policy is told where it is outside.
    func int(_ key: String, default value: Int, in range: ClosedRange<Int>) throws(PolicyFault) -> Int {
        guard let given = arguments[key] else { return value }
        guard let number = Self.integer(given), range.contains(number) else {
            throw PolicyFault(
                "'\(key)' must be an integer from \(range.lowerBound) to \(range.upperBound), not \(given.text.cut(to: 40))"
            )
        }
        return number
    }

    /// A boolean; false where it is not given.
    func flag(_ key: String) -> Bool { arguments[key]?.boolValue ?? false }
}

extension Tool {
    /// An argument of a tool as it is declared.
    struct Argument {
        var name: String
        var type: String
        var text: String
        var isRequired = true
    }

    /// A tool with its arguments in order.
    init(_ name: String, _ description: String, _ arguments: [Argument]) {
        let properties = arguments.map {
            JSONValue.Member($0.name, ["type": .string($0.type), "description": .string($0.text)])
        }
        self.init(
            name: name, description: description,
            parameters: [
                "type": "object", "properties": .object(properties),
                "required": .array(arguments.filter(\.isRequired).map { .string($0.name) }),
                "additionalProperties": false,
            ])
    }
}

extension Action {
    /// Results of its calls, each by `body`; what that throws is text to the policy.
    func results(_ tools: [Tool], _ body: (ToolCall, ToolArguments) throws(PolicyFault) -> String) -> [ToolResult] {
        goodCalls.map { call in
            do throws(PolicyFault) {
                return ToolResult(to: call, try body(call, try ToolArguments(call, of: tools)))
            } catch {
                return ToolResult(to: call, error.text, outcome: error.outcome)
            }
        }
    }
}

extension Action {
    /// Results of its calls, one after the other; what the arguments are wrong in is text to the policy, what `body` throws
    /// is ours.
    func results(
        _ tools: [Tool], asking body: (ToolCall, ToolArguments) async throws(EnvironmentError) -> ToolResult
    ) async throws(EnvironmentError) -> [ToolResult] {
        var results: [ToolResult] = []
        for call in goodCalls {
            let arguments: ToolArguments
            do throws(PolicyFault) {
                arguments = try ToolArguments(call, of: tools)
            } catch {
                results.append(ToolResult(to: call, error.text, outcome: error.outcome))
                continue
            }
            results.append(try await body(call, arguments))
        }
        return results
    }
}
