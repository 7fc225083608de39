internal import Experience
internal import JSON

extension ReplyBuilder {
    /// One object, or an array of them when n > 1. Streams are cumulative, each event the whole so far, unless the server was
    /// started otherwise (`SGLangStream`).
    mutating func absorbSGLang(_ cursor: inout JSONCursor) throws {
        guard try cursor.peek() == .array else { return try absorbSGLangChoice(&cursor, position: 0) }
        var list = try cursor.enterArray()
        var position = 0
        while try cursor.nextElement(&list) {
            try absorbSGLangChoice(&cursor, position: position)
            position += 1
        }
    }

    private mutating func absorbSGLangChoice(_ cursor: inout JSONCursor, position: Int) throws {
        let start = cursor
        var piece = SGLangPiece(index: position)
        var scope = try cursor.enterObject()
        while let key = try cursor.nextKey(&scope) {
            switch key {
            case "text":
                if try cursor.null() { continue }
                try cursor.append(&piece.choice.text)
                piece.isAnswer = true
            case "output_ids": try cursor.appendIDs(&piece.choice.tokenIDs)
            case "index": piece.choice.index = try cursor.int()
            case "meta_info": if try !cursor.null() { try absorbMeta(&cursor, &piece) }
            case "error":
                if let envelope = try cursor.envelope() { error = ServerError(status: 200, envelope: envelope) }
            default: try cursor.skip()
            }
        }
        if error != nil { return }
        guard piece.isAnswer || !piece.choice.tokenIDs.isEmpty || piece.choice.end != nil else {
            return try absorbOther(start, promised: "neither \"text\" nor \"output_ids\"")
        }
        // Of some versions the ids begin with the end of the prompt (sglang 17240); the log-probs' own do not.
        let (ids, sampled) = (piece.choice.tokenIDs, piece.choice.logprobIDs)
        if !sampled.isEmpty, ids.count > sampled.count, piece.choice.count == sampled.count,
            ids.suffix(sampled.count).elementsEqual(sampled)
        {
            piece.choice.tokenIDs = sampled
        }
        if !piece.isAnswer, !ids.isEmpty, piece.choice.end != nil {
            piece.choice.violation = .malformed("token ids without text: the server runs without a tokenizer")
        }
        let slot = try choice(piece.choice.index)
        try sglang[piece.choice.index, default: SGLangStream()].merge(piece, into: &choices[slot])
        try endRepeat(slot)
    }

    private mutating func absorbMeta(_ cursor: inout JSONCursor, _ piece: inout SGLangPiece) throws {
        var scope = try cursor.enterObject()
        while let key = try cursor.nextKey(&scope) {
            switch key {
            case "id": try cursor.assign(&serverID)
            case "finish_reason": try cursor.finish(&piece.choice)
            case "completion_tokens": piece.choice.count = try cursor.optionalTokenCount()
            case "prompt_tokens": usagePromptTokens = try cursor.optionalTokenCount() ?? usagePromptTokens
            case "weight_version": weightVersion = try cursor.weightVersion() ?? weightVersion
            case "weight_versions": piece.choice.weightSpans = try cursor.weightSpans()
            case "input_token_logprobs": try absorbInputLogprobs(&cursor)
            case "output_token_logprobs":
                if try cursor.null() { continue }
                var list = try cursor.enterArray()
                while try cursor.nextElement(&list) {
                    let (logprob, id) = try cursor.sglangToken()
                    piece.choice.appendLogprob(logprob)
                    piece.choice.logprobIDs.append(id)
                }
            case "output_top_logprobs" where request.sampling.topLogprobs > 0:
                if try cursor.null() { continue }
                var list = try cursor.enterArray()
                while try cursor.nextElement(&list) { piece.choice.topTokens.append(try cursor.sglangTopTokens()) }
            default: try cursor.skip()
            }
        }
    }

    private mutating func absorbInputLogprobs(_ cursor: inout JSONCursor) throws {
        if try cursor.null() { return }
        promptIDs = []
        promptCandidates = []
        var list = try cursor.enterArray()
        while try cursor.nextElement(&list) {
            let (logprob, id) = try cursor.sglangToken()
            promptIDs.append(id)
            promptCandidates.append(logprob.map { [id: Float($0)] } ?? [:])
        }
    }
}

/// One object of the answer: the whole so far, or a difference.
struct SGLangPiece {
    var choice: ChoiceBuilder
    var isAnswer = false

    init(index: Int) { choice = ChoiceBuilder(index: index) }
}

/// Tells whether the events of a choice are the whole so far or differences (`--incremental-streaming-output`), for text, ids and
/// log-probs each on its own: some versions send the one so and the other so. It is decided once, by the first event that
/// tells, from the count of tokens since the start that comes with each.
struct SGLangStream: Sendable {
    private enum Mode { case whole, difference }

    private var ids: Mode?
    private var logprobs: Mode?
    private var chain = PieceChain()
    private var joined = ""

    /// Adds an event; throws when its counts fit neither way.
    mutating func merge(_ piece: SGLangPiece, into choice: inout ChoiceBuilder) throws {
        let new = piece.choice
        if let end = new.end { choice.end = end }
        choice.stopReason = new.stopReason ?? choice.stopReason
        choice.error = new.error ?? choice.error
        choice.violation = choice.violation ?? new.violation
        if !new.weightSpans.isEmpty { choice.weightSpans = new.weightSpans }
        choice.count = new.count ?? choice.count
        ids = Self.decide(ids, known: choice.tokenIDs.count, new: new.tokenIDs.count, total: new.count) {
            new.tokenIDs.starts(with: choice.tokenIDs)
                && (!piece.isAnswer || new.text.utf8.starts(with: choice.text.utf8))
        }
        logprobs = Self.decide(logprobs, known: choice.logprobIDs.count, new: new.logprobIDs.count, total: new.count) {
            new.logprobIDs.starts(with: choice.logprobIDs)
        }
        if piece.isAnswer { mergeText(new.text, ids ?? logprobs, tokens: new.count, into: &choice.text) }
        if ids == .difference {
            choice.tokenIDs += new.tokenIDs
        } else if !new.tokenIDs.isEmpty {
            choice.tokenIDs = new.tokenIDs
        }
        if logprobs == .difference {
            choice.logprobIDs += new.logprobIDs
            choice.logprobs += new.logprobs
            choice.topTokens += new.topTokens
        } else if !new.logprobIDs.isEmpty {
            choice.logprobIDs = new.logprobIDs
            choice.logprobs = new.logprobs
            choice.topTokens = new.topTokens
        }
    }

    /// The text is the whole so far where the lists are, and where it shows that itself: with `--stream-output` some versions
    /// send the lists as differences and the text as a whole. Without any list it is the whole unless it cannot be.
    private mutating func mergeText(_ new: String, _ lists: Mode?, tokens: Int?, into text: inout String) {
        if lists == .whole {
            text = new
        } else if chain.holds {
            joined += new
            chain.add(new)
            let isWhole = chain.holds && (lists == nil || PieceChain.areWholes([chain], tokens: tokens))
            text = isWhole ? chain.whole : joined
        } else {
            text += new
        }
    }

    /// With nothing known both ways are the same. Without a count the lists themselves tell.
    private static func decide(
        _ mode: Mode?, known: Int, new: Int, total: Int?, _ repeats: () -> Bool
    ) -> Mode? {
        if mode != nil || known == 0 || new == 0 { return mode }
        guard let total else { return repeats() && new > known ? .whole : .difference }
        if total == new { return .whole }
        if total == known + new { return .difference }
        // An event that lost its neighbours: the final count refuses the choice.
        return repeats() ? .whole : .difference
    }
}

extension JSONCursor {
    /// `[logprob | null, id, text | null]`.
    mutating func sglangToken() throws -> (logprob: Double?, id: Int32) {
        var list = try enterArray()
        let start = position
        guard try nextElement(&list) else { throw JSONError("expected [logprob, id, text]", at: start) }
        let logprob = try optionalDouble()
        guard try nextElement(&list) else { throw JSONError("expected [logprob, id, text]", at: start) }
        let id = try tokenID()
        while try nextElement(&list) { try skip() }
        return (logprob, id)
    }

    fileprivate mutating func sglangTopTokens() throws -> TopTokens {
        var pairs: [(Int32, Float)] = []
        if try null() { return TopTokens(pairs) }
        var list = try enterArray()
        while try nextElement(&list) {
            let (logprob, id) = try sglangToken()
            if let logprob { pairs.append((id, Float(logprob))) }
        }
        return TopTokens(pairs)
    }

    /// A word, or SGLang's `{"type": "stop", "matched": …}`; null while sampling goes on. An abort may name the status it
    /// stands for.
    mutating func finish(_ choice: inout ChoiceBuilder) throws {
        guard try peek() == .object else {
            if let word = try scalarText() { choice.setFinish(word) }
            return
        }
        let tree = try value()
        if let word = tree["type"]?.stringValue { choice.setFinish(word) }
        if let matched = tree["matched"] ?? tree["message"], !matched.isNull {
            choice.stopReason = matched.stringValue ?? matched.text
        }
        let status = tree["status_code"]?.intValue ?? 0
        guard (400...599).contains(status) else { return }
        var error = ServerError(status: 200, envelope: tree)
        (error.status, error.isInside, error.type) = (status, true, tree["err_type"]?.stringValue)
        choice.error = error
    }
}
