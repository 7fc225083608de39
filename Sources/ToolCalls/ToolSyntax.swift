public import Experience

/// How one family of models writes tool calls, and how what it wrote is read.
///
/// Reading never fails: what cannot be read is a call with a `ToolCallFault`, or text. It takes time and memory in
/// proportion to the text; at most 1,024 calls are taken from a turn.
public struct ToolSyntax: Sendable {
    /// As configurations name it.
    public let name: String
    /// The models that write it.
    public let families: String
    /// Special tokens that end a turn of it, beside the server's own; taken off the end of what is read.
    public let stopTokens: [String]
    private let stops: [Marker]
    let thinking: Thinking?
    let grammar: any CallGrammar
    /// Words of chat templates that are made for it: all of one of these lists.
    let signs: [[String]]

    init(
        _ name: String, _ families: String, stopTokens: [String] = [], thinking: Thinking? = .tokens,
        signs: [[String]] = [], _ grammar: any CallGrammar
    ) {
        self.name = name
        self.families = families
        self.stopTokens = stopTokens
        stops = stopTokens.map { .token($0) }
        self.thinking = thinking
        self.signs = signs
        self.grammar = grammar
    }

    /// The syntax of that name; nil where there is none.
    public init?(named name: String) {
        guard let found = Self.all.first(where: { $0.name == name }) else { return nil }
        self = found
    }

    /// The syntax that a chat template, as text, asks its model to write; nil where it knows no tools or is not known.
    public static func recognised(in template: String) -> ToolSyntax? {
        all.first { $0.signs.contains { $0.allSatisfy(template.contains) } }
    }

    /// Markers that are special tokens where the tokenizer has them as one: a server that leaves special tokens out of its
    /// texts must be told to show these.
    public var specialMarkers: [String] {
        let markers = grammar.markers + (thinking.map { [$0.open, $0.close] } ?? [])
        return markers.filter(\.isToken).map { String(decoding: $0.bytes, as: UTF8.self) }
    }

    /// Takes a turn apart.
    ///
    /// - Parameters:
    ///   - text: UTF-8, as the model wrote it.
    ///   - special: the UTF-8 ranges that are special tokens, in order; nil where that is not known, and markers count as
    ///     they are spelt. A marker in ordinary tokens, for example of a text that the user wrote, is text.
    ///   - tools: what may be called.
    ///   - promptTail: the end of the prompt, which may have opened the model's thoughts.
    public func read(
        _ text: [UInt8], special: [Range<Int>]? = nil, tools: [Tool], promptTail: String = ""
    ) -> ModelTurn {
        let source = MarkedText(text, special: special)
        var turn = TurnBuilder(source, tools: tools)
        var range = withoutStop(source)
        if let split = thinking?.split(source, range, promptTail: promptTail, opener: grammar.opener) {
            turn.think(split.thoughts)
            range = split.rest..<max(split.rest, range.upperBound)
        }
        grammar.read(source, range, into: &turn)
        return turn.turn
    }

    private func withoutStop(_ text: MarkedText) -> Range<Int> {
        var range = text.all
        for _ in 0..<8 {
            let end = text.trimmed(range).upperBound
            guard let stop = stops.first(where: { text.has($0, at: end - $0.bytes.count, before: end) }) else {
                return range
            }
            range = range.lowerBound..<end - stop.bytes.count
        }
        return range
    }
}
