public import Experience
internal import JSON

/// Where a dataset is and which of its fields mean what.
public struct DatasetOptions: Sendable, Hashable, Codable {
    /// File to read; `-` is standard input.
    public var path = ""
    /// Name in the store; the file's name without its ending when empty.
    public var name = ""
    /// Field of the problem's id; the line number when empty or absent from a row.
    public var idField = "id"
    /// Field of the prompt: a string, or an array of {role, content}.
    public var promptField = "prompt"
    /// Field of the gold answer; may be absent from a row.
    public var answerField = "answer"
    /// Mustache file that makes the prompt from a row's fields; empty takes the prompt field as it is.
    public var template = ""
    /// System message put before the prompt of a chat; `system` in a template.
    public var system = ""
    /// Whether a prompt that is text is sent as a user message.
    public var chat = false

    /// The defaults above.
    public init() {}

    enum CodingKeys: String, CodingKey {
        case path, name, template, system, chat
        case idField = "id_field"
        case promptField = "prompt_field"
        case answerField = "answer_field"
    }

    /// The section `dataset` of a configuration.
    public static let fields: [ConfigField] = [
        ConfigField("path", "JSONL file of problems; - is standard input"),
        ConfigField("name", "name in the store; unset takes the file's name"),
        ConfigField("id_field", "field of the problem's id; the line number where a row has none"),
        ConfigField("prompt_field", "field of the prompt: text, or a list of {role, content}"),
        ConfigField("answer_field", "field of the gold answer"),
        ConfigField("template", "mustache file that makes the prompt from a row's fields"),
        ConfigField("system", "system message; {{system}} in a template"),
        ConfigField("chat", "send a text prompt as a user message"),
    ]

    /// The name problems carry.
    public var datasetName: String {
        if !name.isEmpty { return name }
        let file = path.split(separator: "/").last.map(String.init) ?? ""
        return file.split(separator: ".").first.map(String.init) ?? file
    }
}

/// A row that is not a problem: file, line, and what to do.
public struct DatasetError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The file.
    public var path: String
    /// 1-based line; 0 when it is about the whole file.
    public var line: Int
    /// What is wrong.
    public var message: String

    /// `path:line: message`.
    public var description: String { line > 0 ? "\(path):\(line): \(message)" : "\(path): \(message)" }
}

/// Reads problems from a file, one batch at a time.
public struct DatasetReader: Sendable {
    private let options: DatasetOptions
    private let template: PromptTemplate?
    private let lines: LineReader

    /// Opens the file; throws `FileError` or `DatasetError`.
    public init(_ options: DatasetOptions) throws {
        self.options = options
        template = options.template.isEmpty ? nil : try PromptTemplate(path: options.template)
        lines = try LineReader(path: options.path)
    }

    /// Up to `count` further problems; empty at the end of the file. Throws `DatasetError` at the first bad row.
    public func next(_ count: Int) async throws -> [Problem] {
        try await lines.next(maxLines: count).map { line in
            do {
                return try problem(try JSONRow(checking: line.bytes), line: line.number)
            } catch let error as JSONError {
                throw DatasetError(
                    path: options.path, line: line.number, message: "not a JSON object in UTF-8: \(error)")
            }
        }
    }

    /// The problem in one row.
    func problem(_ row: JSONRow, line: Int) throws -> Problem {
        func fail(_ message: String) -> DatasetError { DatasetError(path: options.path, line: line, message: message) }
        let texts = row.strings([options.idField, options.answerField])
        let prompt = try self.prompt(row, fail)
        return Problem(
            id: texts[0] ?? "\(line)", dataset: options.datasetName, prompt: prompt, answer: texts[1], fields: row)
    }

    private func prompt(_ row: JSONRow, _ fail: (String) -> DatasetError) throws -> Prompt {
        if let template {
            do {
                let text = try template.render(row, promptField: options.promptField, system: options.system)
                return options.chat ? .chat(messages(text)) : .text(text)
            } catch let error as TemplateError {
                throw fail(error.description)
            }
        }
        switch row[options.promptField] {
        case .string(let text): return options.chat ? .chat(messages(text)) : .text(text)
        case .array(let list):
            let system = options.system.isEmpty ? [] : [ChatMessage(role: "system", content: options.system)]
            return .chat(
                system
                    + (try list.map { element in
                        guard let role = element["role"]?.stringValue, let content = element["content"]?.stringValue
                        else { throw fail("field \"\(options.promptField)\" must be a list of {role, content}") }
                        return ChatMessage(role: role, content: content)
                    }))
        case nil:
            let hint = options.promptField.nearest(in: row.keys).map { "; did you mean \"\($0)\"?" } ?? ""
            throw fail(
                "no field \"\(options.promptField)\"; set prompt_field to one of \(row.keys.joined(separator: ", "))"
                    + hint)
        default: throw fail("field \"\(options.promptField)\" is neither text nor a list of messages")
        }
    }

    private func messages(_ text: String) -> [ChatMessage] {
        let user = ChatMessage(role: "user", content: text)
        return options.system.isEmpty ? [user] : [ChatMessage(role: "system", content: options.system), user]
    }
}
