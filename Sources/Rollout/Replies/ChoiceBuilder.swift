internal import Experience
internal import JSON

/// One choice on its way.
struct ChoiceBuilder: Sendable {
    var index: Int
    var text = ""
    /// The escape of the first half of a character that its text was cut within.
    var half: [UInt8] = []
    /// What the server gave apart from the text: the model's thoughts, and the calls of tools as JSON objects.
    var reasoning = ""
    /// How the pieces of both follow each other in a stream.
    var textChain = PieceChain()
    var reasoningChain = PieceChain()
    var toolCalls = ToolCallBuilder()
    /// Ids from an explicit list, and ids found inside the log-probs.
    var tokenIDs: [Int32] = []
    var logprobIDs: [Int32] = []
    var logprobs: [Float] = []
    /// How many ids there were before the document that is being read, and log-probs that a list of its own pairs with ids.
    var idsBefore = 0
    var pairedLogprobs: [Double?] = []
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
    /// How often an end was named.
    var ends = 0
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
        if ChoiceEnd.isNone(word) { return }
        let next = ChoiceEnd(word)
        ends += 1
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

    /// Takes the log-probs of a list of pairs where no other list gave any since there were `known` of them.
    mutating func settlePairs(since known: Int) {
        if logprobs.count == known { for value in pairedLogprobs { appendLogprob(value) } }
        pairedLogprobs = []
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
