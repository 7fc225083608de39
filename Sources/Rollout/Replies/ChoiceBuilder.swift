internal import Experience
internal import JSON

/// One choice on its way.
struct ChoiceBuilder: Sendable {
    var index: Int
    var text = ""
    /// What the server gave apart from the text: the model's thoughts, and the calls of tools as JSON objects.
    var reasoning = ""
    var toolCalls = ToolCallBuilder()
    /// Ids from an explicit list, and ids found inside the log-probs.
    var tokenIDs: [Int32] = []
    var logprobIDs: [Int32] = []
    var logprobs: [Float] = []
    var topTokens: [TopTokens] = []
    /// See `Completion.mask`.
    var mask: [UInt8] = []
    /// The bytes of the log-probs' entries, one after the other, and how many entries had some.
    var bytes: [UInt8] = []
    var entriesWithBytes = 0
    /// Whether an entry may stand for several tokens: its bytes are a character that can be split.
    var mayBeMerged = false
    /// Tokens at the end that hold a part of a character only; nil when their texts are not known.
    var splitTokens: Int? = 0
    /// What the server counts of this choice alone.
    var count: Int?
    /// Whether the log-probs are of the distribution that was sampled from, said by the entries themselves.
    var isProcessed = false
    var end: ChoiceEnd?
    var stopReason: String?
    /// An error that the server put into the choice, and the first thing in it that must not be used.
    var error: ServerError?
    var violation: ReplyViolation?
    var weightSpans: [WeightSpan] = []

    /// Which member of a stream's pieces the text is taken from; the first of several that say something.
    enum Source: Int, Comparable, Sendable {
        case delta, text, message

        static func < (left: Source, right: Source) -> Bool { left.rawValue < right.rawValue }
    }

    var source: Source?

    init(index: Int) { self.index = index }

    /// Keeps a server's word for the end.
    mutating func setFinish(_ word: String) {
        // Ollama's streams say "" where others say null (ollama 4357), Python's proxies "None".
        if ["", "null", "none"].contains(word.lowercased()) { return }
        let next = ChoiceEnd(word)
        if let end, !end.isSample, next.isSample { return }
        end = next
        if !ChoiceEnd.isPlain(word), stopReason == nil { stopReason = word }
    }

    /// Adds a sampled token's log-probability; nil where the server gives none. Rounding in the server can lift it to just
    /// above 0.
    mutating func appendLogprob(_ value: Double?) {
        guard let value, value <= 1e-4 else {
            violation =
                violation ?? .badLogprob(position: logprobs.count, value: value.map { "\($0)" } ?? "null")
            return
        }
        // A number beyond Float stays finite; that it is no log-prob is said where ratios are (`Logprob.obstacle`).
        logprobs.append(Float(max(-Double(Float.greatestFiniteMagnitude), min(value, 0))))
    }

    /// Takes note of a token's text, as far as it tells where characters end: servers give a token that is a part of a
    /// character no text, or U+FFFD.
    mutating func note(isPartOfCharacter: Bool) {
        guard let known = splitTokens else { return }
        splitTokens = isPartOfCharacter ? known + 1 : 0
    }

    /// Whether anything was sampled.
    var isEmpty: Bool {
        text.isEmpty && reasoning.isEmpty && toolCalls.isEmpty && tokenIDs.isEmpty && logprobIDs.isEmpty
            && logprobs.isEmpty
    }
}

/// The calls of tools in an answer, whole or in the pieces of a stream.
struct ToolCallBuilder: Sendable {
    private struct Call: Sendable {
        var index: Int
        var id = ""
        var name = ""
        var arguments = ""
    }

    private var calls: [Call] = []

    var isEmpty: Bool { calls.isEmpty }

    /// Adds a piece of the call `index`: names come once, arguments piece by piece.
    mutating func add(index: Int?, id: String?, name: String?, arguments: String?) {
        let index = index ?? (id == nil && !calls.isEmpty ? calls[calls.count - 1].index : calls.count)
        var slot = calls.lastIndex { $0.index == index }
        if let found = slot, let id, !id.isEmpty, !calls[found].id.isEmpty, calls[found].id != id { slot = nil }
        if slot == nil {
            calls.append(Call(index: index))
            slot = calls.count - 1
        }
        guard let slot else { return }
        if let id, !id.isEmpty { calls[slot].id = id }
        if let name { calls[slot].name += name }
        if let arguments { calls[slot].arguments += arguments }
    }

    /// `[{"id": …, "name": …, "arguments": …}, …]`, the arguments as the model wrote them; nil when there are none.
    func json() -> String? {
        if calls.isEmpty { return nil }
        var writer = JSONWriter()
        writer.array { list in
            for call in calls {
                list.object { writer in
                    if !call.id.isEmpty { writer.member("id", call.id) }
                    writer.member("name", call.name)
                    writer.member("arguments", call.arguments)
                }
            }
        }
        return String(decoding: writer.bytes, as: UTF8.self)
    }
}
