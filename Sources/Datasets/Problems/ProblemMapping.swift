internal import Experience
internal import JSON

/// Makes problems of rows, by their layout and by the fields that a dataset names.
struct ProblemMapping: Sendable {
    private let options: DatasetOptions
    private let template: PromptTemplate?
    /// The layout, and what was done to rows.
    private(set) var recognition: RowRecognition
    private var names = ProblemNames()

    /// Reads the template; throws `TemplateError`.
    init(_ options: DatasetOptions) throws {
        self.options = options
        template = options.template.isEmpty ? nil : try PromptTemplate(path: options.template)
        func named(_ field: String) -> String? { field.isEmpty ? nil : field }
        recognition = RowRecognition(
            promptField: named(options.promptField), answerField: named(options.answerField), system: options.system,
            isChat: options.chat)
    }

    /// The row in a line; throws `DatasetError`.
    static func row(_ line: LineReader.Line) throws -> JSONRow {
        do {
            return try JSONRow(checking: line.bytes)
        } catch let error as JSONError {
            throw DatasetError(
                path: line.path, line: line.number,
                message: "not a JSON object in UTF-8: \(line.complaint(error, in: line.path))")
        }
    }

    /// The problem in a line; throws `DatasetError`.
    mutating func problem(_ line: LineReader.Line) throws -> Problem {
        let (problem, fault) = try read(line)
        if let fault { throw fault }
        return problem
    }

    /// The problem in a line, and why it cannot be sampled: then its prompt is empty. Throws `DatasetError` for what is no
    /// row.
    mutating func read(_ line: LineReader.Line) throws -> (problem: Problem, fault: DatasetError?) {
        func fail(_ message: String) -> DatasetError {
            DatasetError(path: line.path, line: line.number, message: message)
        }
        let row = try Self.row(line)
        var text: String?
        var fault: DatasetError?
        do {
            text = try template?.render(
                row, promptField: promptName(in: row), system: options.system)
        } catch let error as TemplateError {
            (text, fault) = ("", fail(error.description))
        }
        let (prompt, gold) = recognition.read(row, prompt: text)
        let id = options.idField.isEmpty ? nil : row.string(at: options.idField)
        let place = names.place(of: line, in: options.path)
        var problem = Problem(
            id: id ?? place, dataset: options.datasetName, prompt: .text(""), answer: gold, fields: row)
        switch prompt {
        case .success(let prompt): problem.prompt = prompt
        case .failure(let error): fault = fault ?? fail(error.description)
        }
        if problem.prompt.isEmpty { fault = fault ?? fail("the prompt is empty") }
        if id != nil, fault == nil, names.isTaken(problem) {
            problem.id += "#" + place
            recognition.note(.repeatedID)
        }
        if problem.id.hasControlCharacters {
            fault = fault ?? fail("field \"\(options.idField)\" holds control characters, which no name may have")
        }
        return (problem, fault)
    }

    /// The member that `{{prompt}}` stands for in a template.
    private func promptName(in row: JSONRow) -> String {
        if !options.promptField.isEmpty { return options.promptField }
        return (recognition.shape ?? RowShape.recognized(in: row))?.prompt.paths.first ?? "prompt"
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
