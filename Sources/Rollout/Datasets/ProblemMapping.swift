internal import Experience
internal import JSON

/// Makes problems of rows, by a dataset's field mapping.
struct ProblemMapping: Sendable {
    private let options: DatasetOptions
    private let template: PromptTemplate?

    /// Reads the template; throws `TemplateError`.
    init(_ options: DatasetOptions) throws {
        self.options = options
        template = options.template.isEmpty ? nil : try PromptTemplate(path: options.template)
    }

    /// The problem in one row.
    func problem(_ row: JSONRow, line: Int) throws -> Problem {
        func fail(_ message: String) -> DatasetError { DatasetError(path: options.path, line: line, message: message) }
        let problem = problem(row, line: line, prompt: try prompt(row, fail))
        if problem.prompt.isEmpty { throw fail("the prompt is empty") }
        if problem.id.hasControlCharacters {
            throw fail("field \"\(options.idField)\" holds control characters, which no name may have")
        }
        return problem
    }

    /// The problem in one row, with another prompt than the row's.
    func problem(_ row: JSONRow, line: Int, prompt: Prompt) -> Problem {
        let texts = row.strings([options.idField, options.answerField])
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

extension Prompt {
    fileprivate var isEmpty: Bool {
        switch self {
        case .text(let text): text.isEmpty
        case .chat(let messages): messages.isEmpty
        }
    }
}
