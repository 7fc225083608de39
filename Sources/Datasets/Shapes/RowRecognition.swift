import Experience
import JSON

/// Makes prompts and golds of a file's rows: each by its own layout, and by what was named instead.
///
/// Rows of another layout than the first one's, and what was done to rows, are counted.
public struct RowRecognition: Sendable {
    /// A prompt member that was named, which wins over the layout's.
    private let promptField: String?
    private let answerField: String?
    private let system: String
    /// Whether prompts that are texts become chats.
    private let isChat: Bool
    /// The layout of the first row; nil before it, and where none was recognized.
    public private(set) var shape: RowShape?
    private var isSettled = false
    /// How often each thing was done, in the order in which it first was.
    public private(set) var notes: [(note: RowNote, count: Int)] = []

    /// Rows by their layout, but for a prompt and an answer that are named. `system` stands before every chat.
    public init(promptField: String? = nil, answerField: String? = nil, system: String = "", isChat: Bool = false) {
        self.promptField = promptField
        self.answerField = answerField
        self.system = system
        self.isChat = isChat
    }

    /// What is sent, in words; nil where there is no prompt.
    public var promptWords: String? { promptField.map { "'\($0)'" } ?? shape?.promptWords }
    /// What the gold is, in words; nil where none is stated.
    public var goldWords: String? { answerField.map { "'\($0)'" } ?? shape?.goldWords }

    /// The layout that is used for a row, which the first one settles.
    private mutating func shape(for row: JSONRow) -> RowShape? {
        let own = RowShape.recognized(in: row)
        if !isSettled {
            isSettled = true
            shape = own
        } else if let own, own.name != shape?.name {
            note(.otherShape(own.name))
        }
        return own ?? shape
    }

    /// Counts something that was done to a row.
    mutating func note(_ note: RowNote) {
        if let place = notes.firstIndex(where: { $0.note == note }) {
            notes[place].count += 1
        } else if notes.count < 100 {
            notes.append((note, 1))
        }
    }

    /// Prompt and gold of a row. The prompt is what throws `DatasetError`'s message, as text; the gold is nil where there is
    /// none.
    mutating func read(_ row: JSONRow, prompt template: String? = nil) -> (
        prompt: Result<Prompt, ShapeError>, gold: String?
    ) {
        let shape = shape(for: row)
        let gold: String?
        if let answerField {
            gold = row.value(at: answerField).flatMap(GoldRule.text)
        } else {
            gold = shape?.golds.lazy.compactMap { $0.gold(of: row) }.first
            if promptField == nil, template == nil, let shape {
                for found in shape.alternatives(in: row) { note(found) }
            }
        }
        do throws(ShapeError) {
            return (.success(try prompt(of: row, shape, template)), gold)
        } catch {
            return (.failure(error), gold)
        }
    }

    private mutating func prompt(
        of row: JSONRow, _ shape: RowShape?, _ template: String?
    ) throws(ShapeError) -> Prompt {
        do {
            if let template {
                for name in (shape?.images ?? []) + [shape?.tools, shape?.system].compactMap({ $0 }) {
                    if let value = row.string(at: name), !value.isEmpty { note(.notInTemplate(name)) }
                }
                return isChat ? .chat(Chat(try messages([user(template)], row, nil))) : .text(template)
            }
            guard let rule = promptField.map(PromptRule.field) ?? shape?.prompt else {
                throw ShapeError.absent("prompt", row)
            }
            return try prompt(of: row, value: rule.value(of: row), rule, shape)
        } catch let error as ShapeError {
            throw error
        } catch {
            throw ShapeError("\(error)")
        }
    }

    private mutating func prompt(
        of row: JSONRow, value: JSONValue, _ rule: PromptRule, _ shape: RowShape?
    ) throws -> Prompt {
        let images = try PromptImages(row, members: shape?.images ?? [])
        let tools = try tools(of: row, shape)
        var list: [ChatMessage]
        if Conversation.list(in: value) != nil {
            let conversation = try Conversation(value, at: rule.paths.first ?? "prompt")
            conversation.notes.forEach { note($0) }
            list = conversation.messages
        } else if let text = value.stringValue {
            let own = Self.system(of: row, shape)
            if !isChat, images.urls.isEmpty, tools == nil, own.isEmpty { return .text(text) }
            list = [user(text)]
        } else {
            throw ShapeError("field \"\(rule.paths.first ?? "prompt")\" is neither text nor a list of messages")
        }
        return .chat(Chat(try images.put(into: try messages(list, row, shape)), tools: tools))
    }

    private static let systemNames = ["system", "system_prompt", "system_message"]

    /// What the row says as the system, by its layout's member or a usual name; empty where it says nothing.
    private static func system(of row: JSONRow, _ shape: RowShape?) -> String {
        let names = shape?.system.map { [$0] } ?? systemNames
        return names.lazy.compactMap { row.value(at: $0)?.stringValue }.first { !$0.isEmpty } ?? ""
    }

    private func user(_ text: String) -> ChatMessage { ChatMessage(role: "user", content: text) }

    /// With the system message: the configured one, else the row's own in the chat, else that of its own member.
    private mutating func messages(_ list: [ChatMessage], _ row: JSONRow, _ shape: RowShape?) throws -> [ChatMessage] {
        var (list, system) = (list, system)
        let own = list.first.map { ["system", "developer"].contains($0.role) } == true
        if system.isEmpty {
            if own { return list }
            system = Self.system(of: row, shape)
        } else if own {
            note(.otherSystem)
            list.removeFirst()
        }
        return system.isEmpty ? list : [ChatMessage(role: "system", content: system)] + list
    }

    private mutating func tools(of row: JSONRow, _ shape: RowShape?) throws -> JSONValue? {
        guard let path = shape?.tools, let value = row.value(at: path) else { return nil }
        let (tools, isWrapped) = try PromptTools.tools(value, at: path)
        if isWrapped { note(.wrappedTools) }
        return tools
    }
}
