import Experience
import Foundation
import JSON

@testable import Rollout

/// A template of a file, rendered by scripts/jinja_worker.py under the Python that ASSAY_JINJA names. Its tokens are characters and
/// the marks of special tokens.
final class JinjaRenderer: ChatRenderer {
    static let python = ProcessInfo.processInfo.environment["ASSAY_JINJA"]
    static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()
    static let data = root.deletingLastPathComponent().appending(path: "shared/data/episodes")
    static var isThere: Bool {
        python != nil && FileManager.default.fileExists(atPath: data.appending(path: "templates.json").path)
    }

    private let worker: Worker
    private let file: String
    private let variables: JSONValue
    private let marks: [String]
    private let wantsText: Bool

    /// `marks` are texts of special tokens; `wantsText` gives arguments of calls as a JSON text.
    init(_ worker: Worker, file: String, variables: JSONValue, marks: [String], wantsText: Bool) {
        (self.worker, self.file, self.variables) = (worker, file, variables)
        (self.marks, self.wantsText) = (marks.sorted { $0.utf8.count > $1.utf8.count }, wantsText)
    }

    func render(_ messages: [ChatMessage], tools: [Tool], opens: Bool) async throws -> String {
        let answer = try await worker.ask([
            "file": .string(file), "messages": .array(messages.map { shown($0.json) }),
            "tools": .array(tools.map(\.json)), "opens": .bool(opens), "variables": variables,
        ])
        if let text = answer["text"]?.stringValue { return text }
        throw RenderError(answer["error"]?.stringValue ?? "no answer")
    }

    func encode(_ text: String, begins: Bool) async throws -> [Int32] {
        var ids: [Int32] = []
        var rest = Substring(text)
        while let first = rest.unicodeScalars.first {
            if let mark = marks.firstIndex(where: { rest.hasPrefix($0) }) {
                ids.append(Int32(2_000_000 + mark))
                rest = rest.dropFirst(marks[mark].count)
            } else {
                ids.append(Int32(first.value))
                rest = Substring(rest.unicodeScalars.dropFirst())
            }
        }
        return ids
    }

    func leadingToken(of text: String) async throws -> String? { marks.first { text.hasPrefix($0) } }

    private func shown(_ message: JSONValue) -> JSONValue {
        guard wantsText, let calls = message["tool_calls"]?.arrayValue else { return message }
        let texts = calls.map { call in
            call.overlaid(with: ["function": ["arguments": .string(call["function"]?["arguments"]?.text ?? "{}")]])
        }
        return message.overlaid(with: ["tool_calls": .array(texts)])
    }

    /// The process that renders, one question after the other.
    actor Worker {
        private let process = Process()
        private let (input, output) = (Pipe(), Pipe())
        private var buffer = Data()

        init(python: String) throws {
            process.executableURL = URL(filePath: python)
            process.arguments = [JinjaRenderer.root.appending(path: "scripts/jinja_worker.py").path]
            process.standardInput = input
            process.standardOutput = output
            try process.run()
        }

        deinit { process.terminate() }

        func ask(_ question: JSONValue) throws -> JSONValue {
            try input.fileHandleForWriting.write(contentsOf: question.bytes + [0x0A])
            while true {
                if let end = buffer.firstIndex(of: 0x0A) {
                    let line = buffer[buffer.startIndex..<end]
                    buffer = Data(buffer[(end + 1)...])
                    return try JSONValue(parsing: line)
                }
                let more = output.fileHandleForReading.availableData
                if more.isEmpty { throw RenderError("the worker ended") }
                buffer += more
            }
        }
    }
}
