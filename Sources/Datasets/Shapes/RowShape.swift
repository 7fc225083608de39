public import JSON

/// One layout in which data sets are published: by which members it is known, and where prompt and gold are.
///
/// The layouts are in tables, one file for a kind; a new one is one entry there. The first that fits counts.
public struct RowShape: Sendable {
    /// What else than being there a member must show.
    enum Sign: Sendable {
        /// The member is a text that holds this.
        case holds(String, String)
        /// The member is a text that begins with one of these.
        case begins(String, [String])
        /// The member is a list that is not empty, or a text that holds one.
        case list(String)
        /// The member is an object, or a text that holds one.
        case object(String)
        /// The member is a list of messages.
        case chat(String)
        /// The member is a truth value.
        case truth(String)
        /// The member is absent.
        case without(String)
        /// One of the members is there.
        case any([String])
    }

    /// What the layout is called, mostly by the data set that made it known.
    public let name: String
    private let members: [String]
    private let signs: [Sign]
    let prompt: PromptRule
    /// Where the gold is looked for, in order; none of a layout that states no gold.
    public let golds: [GoldRule]
    /// Members with a system message, with tools, with images.
    let system: String?
    let tools: String?
    let images: [String]
    /// What a person should know: which verifier reads the rest of the row.
    public let remark: String?

    init(
        _ name: String, _ members: [String], _ signs: [Sign] = [], prompt: PromptRule, gold: [GoldRule] = [],
        system: String? = nil, tools: String? = nil, images: [String] = usualImages, remark: String? = nil
    ) {
        self.name = name
        self.members = members
        self.signs = signs
        self.prompt = prompt
        golds = gold
        self.system = system
        self.tools = tools
        self.images = images
        self.remark = remark
    }

    /// Members that hold images wherever they stand.
    static let usualImages = ["images", "image", "decoded_image"]

    /// All layouts, the more particular before the more general.
    public static let all: [RowShape] = trainers + code + choices + math + questions + instructions + chats

    /// The layout of a row: of the tables, else by the usual names of members; nil where nothing is like a prompt or gold.
    public static func recognized(in row: JSONRow) -> RowShape? {
        published(in: row) ?? usual(in: row)
    }

    /// The layout by the tables alone, and of options to choose from by the usual names of their members.
    public static func published(in row: JSONRow) -> RowShape? {
        let keys = Set(row.keys)
        func first(_ shapes: [RowShape]) -> RowShape? { shapes.first { $0.fits(row, keys) } }
        return first(trainers + code + choices) ?? usualChoice(in: row, keys)
            ?? first(math + questions + instructions + chats)
    }

    /// Whether the row has what the layout is known by.
    private func fits(_ row: JSONRow, _ keys: Set<String>) -> Bool {
        members.allSatisfy { keys.contains($0) || ($0.contains(".") && row.has(at: $0)) }
            && signs.allSatisfy { Self.shows($0, row) }
    }

    private static func shows(_ sign: Sign, _ row: JSONRow) -> Bool {
        switch sign {
        case .holds(let path, let text): row.value(at: path)?.stringValue?.contains(text) == true
        case .begins(let path, let texts):
            row.value(at: path)?.stringValue.map { value in texts.contains { value.hasPrefix($0) } } == true
        case .list(let path): structure(row, path)?.arrayValue?.isEmpty == false
        case .object(let path): structure(row, path)?.objectValue != nil
        case .chat(let path): row.value(at: path).flatMap(Conversation.list) != nil
        case .truth(let path): row.value(at: path)?.boolValue != nil
        case .without(let path): !row.has(at: path)
        case .any(let paths): paths.contains { row.has(at: $0) }
        }
    }

    private static func structure(_ row: JSONRow, _ path: String) -> JSONValue? {
        guard let value = row.value(at: path) else { return nil }
        return value.stringValue.flatMap(JSONValue.embedded) ?? value
    }

    /// What is sent, in words.
    public var promptWords: String { prompt.words }
    /// What the gold is, in words; nil of a layout that states none.
    public var goldWords: String? {
        guard let first = golds.first, let last = golds.last else { return nil }
        if golds.count > 3 { return "\(first.words) or one of the usual names, else \(last.words)" }
        return golds.map(\.words).joined(separator: ", else ")
    }
}
