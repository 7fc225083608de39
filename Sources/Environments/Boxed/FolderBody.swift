import Experience
import JSON
import Verifiers

/// An episode in a folder: what its tools do there, and the test at its end.
struct FolderBody: EpisodeBody {
    let box: Box
    let task: FolderTask
    let tools: [Tool]

    var holding: (any EpisodeHolding)? { box }

    mutating func answer(_ action: Action) async throws(EnvironmentError) -> Observation {
        // Without a call the work is handed in.
        if action.calls.isEmpty { return Observation(isDone: true) }
        let body = self
        let results = try await action.results(tools) {
            (call, arguments) async throws(EnvironmentError) in try await body.result(of: call, arguments)
        }
        return Observation(results: results)
    }

    private func result(of call: ToolCall, _ given: ToolArguments) async throws(EnvironmentError) -> ToolResult {
        let act: (name: String, arguments: JSONValue)
        do throws(PolicyFault) {
            act = try Self.act(call.name, given)
        } catch {
            return ToolResult(to: call, error.text, outcome: error.outcome)
        }
        let answer = try await box.ask(act.name, act.arguments)
        var result = ToolResult(to: call, answer, empty: "[no output]")
        if act.name == "shell" {
            if let code = answer.json["code"]?.intValue, code != 0 { result.text += "\n[exit code \(code)]" }
            if answer.outcome == .timeout, !answer.isFresh {
                result.text += "\n[stopped after \(box.limits.seconds) seconds]"
            }
        }
        return result
    }

    private static func act(_ name: String, _ given: ToolArguments) throws(PolicyFault) -> (String, JSONValue) {
        let path = JSONValue.string(given.text("path"))
        switch name {
        case "list_files": return ("list", ["path": path])
        case "read_file":
            return (
                "read",
                [
                    "path": path, "first": .int(try given.int("first", default: 1, in: 1...1_000_000_000)),
                    "count": .int(try given.int("count", default: 1000, in: 1...1_000_000)),
                ]
            )
        case "write_file": return ("write", ["path": path, "text": .string(given.text("text"))])
        case "replace_text":
            return ("replace", ["path": path, "old": .string(given.text("old")), "new": .string(given.text("new"))])
        default: return ("shell", ["command": .string(given.text("command"))])
        }
    }

    mutating func verdict(_ ended: EndedEpisode) async -> Verdict? { await task.verdict(on: box) }

    static let shell = Tool(
        "shell", "Runs a command in the folder and gives what it prints. Files live on from call to call.",
        [.init(name: "command", type: "string", text: "the command, for /bin/sh")])

    static let fileTools = [
        Tool(
            "list_files", "Lists the files below a folder with their sizes.",
            [.init(name: "path", type: "string", text: "the folder; left out for the whole", isRequired: false)]),
        Tool(
            "read_file", "Gives lines of a file.",
            [
                .init(name: "path", type: "string", text: "the file"),
                .init(name: "first", type: "integer", text: "the first line, from 1", isRequired: false),
                .init(name: "count", type: "integer", text: "how many lines", isRequired: false),
            ]),
        Tool(
            "write_file", "Writes a file anew, with the folders above it.",
            [
                .init(name: "path", type: "string", text: "the file"),
                .init(name: "text", type: "string", text: "all that it holds"),
            ]),
        Tool(
            "replace_text", "Replaces a text that stands exactly once in a file.",
            [
                .init(name: "path", type: "string", text: "the file"),
                .init(name: "old", type: "string", text: "what stands there"),
                .init(name: "new", type: "string", text: "what comes in its place"),
            ]),
    ]
}
