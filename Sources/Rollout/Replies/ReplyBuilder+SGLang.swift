internal import Experience
internal import JSON

extension ReplyBuilder {
    /// One object, or an array of them when n > 1. Streams are cumulative unless the server was started otherwise: each
    /// event then repeats the whole, which the count of tokens tells from a difference.
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
        var piece = SGLangPiece(index: position)
        var scope = try cursor.enterObject()
        while let key = try cursor.nextKey(&scope) {
            switch key {
            case "text":
                try cursor.append(&piece.choice.text)
                piece.isAnswer = true
            case "output_ids": try cursor.appendIDs(&piece.choice.tokenIDs)
            case "index": piece.choice.index = try cursor.int()
            case "meta_info": try absorbMeta(&cursor, &piece)
            case "error":
                if try !cursor.null() { error = ServerError(status: 200, envelope: try cursor.value()) }
            default: try cursor.skip()
            }
        }
        if error != nil { return }
        guard piece.isAnswer || !piece.choice.tokenIDs.isEmpty else {
            throw ReplyViolation.malformed("neither \"text\" nor \"output_ids\"")
        }
        let slot = try choice(piece.choice.index)
        choices[slot].merge(piece)
    }

    private mutating func absorbMeta(_ cursor: inout JSONCursor, _ piece: inout SGLangPiece) throws {
        var scope = try cursor.enterObject()
        while let key = try cursor.nextKey(&scope) {
            switch key {
            case "id": try cursor.assign(&serverID)
            case "finish_reason": try cursor.sglangFinish(&piece.choice)
            case "completion_tokens": piece.total = try cursor.tokenCount()
            case "weight_version": weightVersion = try cursor.weightVersion()
            case "weight_versions": piece.choice.weightSpans = try cursor.weightSpans()
            case "input_token_logprobs": try absorbInputLogprobs(&cursor)
            case "output_token_logprobs":
                if try cursor.null() { continue }
                var list = try cursor.enterArray()
                while try cursor.nextElement(&list) {
                    let (logprob, id) = try cursor.sglangToken()
                    guard let logprob else { throw ReplyViolation.malformed("an output token without log-prob") }
                    try piece.choice.appendLogprob(logprob)
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
private struct SGLangPiece {
    var choice: ChoiceBuilder
    var isAnswer = false
    /// `completion_tokens`: tokens since the start, in both modes.
    var total: Int?

    init(index: Int) { choice = ChoiceBuilder(index: index) }
}

extension ChoiceBuilder {
    fileprivate mutating func merge(_ piece: SGLangPiece) {
        let new = piece.choice
        finish = new.finish
        stopReason = new.stopReason
        if !new.weightSpans.isEmpty { weightSpans = new.weightSpans }
        let known = tokenIDs.count
        let isDifference =
            known > 0 && piece.total == known + new.tokenIDs.count && !new.tokenIDs.starts(with: tokenIDs)
        if isDifference {
            text += new.text
            tokenIDs += new.tokenIDs
            logprobIDs += new.logprobIDs
            logprobs += new.logprobs
            topTokens += new.topTokens
        } else {
            text = new.text
            tokenIDs = new.tokenIDs
            logprobIDs = new.logprobIDs
            logprobs = new.logprobs
            topTokens = new.topTokens
        }
    }
}

extension JSONCursor {
    /// `[logprob | null, id, text | null]`.
    fileprivate mutating func sglangToken() throws -> (logprob: Double?, id: Int32) {
        var list = try enterArray()
        let start = position
        guard try nextElement(&list) else { throw JSONError("expected [logprob, id, text]", at: start) }
        let logprob: Double? = try null() ? nil : try double()
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

    /// `{"type": "stop", "matched": …}`, null while sampling goes on.
    fileprivate mutating func sglangFinish(_ choice: inout ChoiceBuilder) throws {
        switch try peek() {
        case .null: _ = try null()
        case .string: choice.setFinish(try string())
        default:
            var scope = try enterObject()
            while let key = try nextKey(&scope) {
                switch key {
                case "type": choice.setFinish(try string())
                case "matched", "message":
                    if let reason = try scalarText() { choice.stopReason = reason }
                default: try skip()
                }
            }
        }
    }
}
