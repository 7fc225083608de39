internal import Experience
internal import JSON

/// The OpenAI family's answers: completions, chat, their stream chunks, and vLLM's `/inference/v1/generate`. Members that
/// only one server sends are read wherever they stand.
extension ReplyBuilder {
    mutating func absorbOpenAI(_ cursor: inout JSONCursor) throws {
        let start = cursor
        var sawChoices = false
        var scope = try cursor.enterObject()
        while let key = try cursor.nextKey(&scope) {
            switch key {
            case "choices":
                if try cursor.null() { continue }
                sawChoices = true
                var list = try cursor.enterArray()
                var position = 0
                while try cursor.nextElement(&list) {
                    try absorbChoice(&cursor, position: position)
                    position += 1
                }
            case "id", "request_id": try cursor.assign(&serverID)
            case "model": try cursor.assign(&model)
            case "prompt_token_ids": try absorbPromptIDs(&cursor)
            case "prompt_logprobs": try absorbPromptLogprobs(&cursor)
            case "usage": try absorbUsage(&cursor)
            case "metadata": try absorbMetadata(&cursor)
            case "error":
                if let envelope = try cursor.envelope() { error = ServerError(status: 200, envelope: envelope) }
            default: try cursor.skip()
            }
        }
        if sawChoices { self.sawChoices = true }
        if !sawChoices, error == nil { try absorbOther(start) }
    }

    /// What has no choices: an error without a member of that name, in a stream a ping or the usage alone, else nothing
    /// that this route promises.
    private mutating func absorbOther(_ start: JSONCursor) throws {
        var cursor = start
        let tree = try cursor.value()
        let isError =
            tree["object"]?.stringValue == "error" || tree["type"]?.stringValue == "error"
            || (tree["message"]?.stringValue != nil && (tree["code"] ?? tree["status"] ?? tree["type"]) != nil)
            || tree["detail"] != nil || tree["errors"]?.arrayValue?.isEmpty == false
        if isError {
            error = ServerError(status: 200, envelope: tree)
        } else if !isStream {
            throw ReplyViolation.malformed("no member \"choices\"")
        }
    }

    /// vLLM repeats the prompt's ids in each choice.
    private mutating func absorbPromptIDs(_ cursor: inout JSONCursor) throws {
        var ids: [Int32] = []
        try cursor.appendIDs(&ids)
        if promptIDs.isEmpty { promptIDs = ids }
    }

    private mutating func absorbUsage(_ cursor: inout JSONCursor) throws {
        guard try cursor.peek() == .object else { return _ = try cursor.skip() }
        var scope = try cursor.enterObject()
        while let key = try cursor.nextKey(&scope) {
            switch key {
            case "completion_tokens": usageTokens = try cursor.statedCount() ?? usageTokens
            case "prompt_tokens": usagePromptTokens = try cursor.statedCount() ?? usagePromptTokens
            default: try cursor.skip()
            }
        }
    }

    private mutating func absorbMetadata(_ cursor: inout JSONCursor) throws {
        guard try cursor.peek() == .object else { return _ = try cursor.skip() }
        var scope = try cursor.enterObject()
        while let key = try cursor.nextKey(&scope) {
            if key == "weight_version" {
                weightVersion = try cursor.weightVersion()
            } else {
                try cursor.skip()
            }
        }
    }

    /// The index comes anywhere in a choice, so a first pass finds it; where there is none the place in the list counts.
    private mutating func absorbChoice(_ cursor: inout JSONCursor, position: Int) throws {
        var index = isStream ? 0 : position
        var says: Set<ChoiceBuilder.Source> = []
        var ahead = cursor
        var search = try ahead.enterObject()
        while let key = try ahead.nextKey(&search) {
            switch key {
            case "index":
                if let stated = try ahead.scalarText().flatMap({ Int($0) }) { index = stated }
            case "delta": if try ahead.saysSomething() { says.insert(.delta) }
            case "text":
                if try ahead.peek() == .string, try !ahead.string().isEmpty { says.insert(.text) }
            case "message": if try ahead.saysSomething() { says.insert(.message) }
            default: try ahead.skip()
            }
        }
        let slot = try choice(index)
        var scope = try cursor.enterObject()
        while let key = try cursor.nextKey(&scope) {
            switch key {
            case "text":
                if takes(.text, of: says, slot) { try absorbText(&cursor, slot) } else { try cursor.skip() }
            case "message":
                if takes(.message, of: says, slot) { try absorbMessage(&cursor, slot) } else { try cursor.skip() }
            case "delta":
                if takes(.delta, of: says, slot) { try absorbMessage(&cursor, slot) } else { try cursor.skip() }
            case "reasoning", "reasoning_content": try cursor.appendContent(&choices[slot].reasoning)
            case "token_ids", "output_token_ids": try cursor.appendIDs(&choices[slot].tokenIDs)
            case "prompt_token_ids": try absorbPromptIDs(&cursor)
            case "prompt_logprobs": try absorbPromptLogprobs(&cursor)
            case "logprobs": try absorbLogprobs(&cursor, slot)
            // Gemini has given the second name beside a first one that is null.
            case "finish_reason", "finishReason":
                if let word = try cursor.scalarText() { choices[slot].setFinish(word) }
            case "stop_reason", "matched_stop":
                if let reason = try cursor.scalarText() { choices[slot].stopReason = reason }
            case "error":
                if let envelope = try cursor.envelope() {
                    choices[slot].error = ServerError(status: 200, envelope: envelope)
                }
            case "weight_versions": choices[slot].weightSpans += try cursor.weightSpans()
            default: try cursor.skip()
            }
        }
        try endRepeat(slot)
    }

    /// Whether a member's text counts: streams of some servers say the same under several names, or repeat all at the end.
    private mutating func takes(
        _ source: ChoiceBuilder.Source, of says: Set<ChoiceBuilder.Source>, _ slot: Int
    ) -> Bool {
        guard isStream, says.contains(source) else { return true }
        if let best = says.min(), best != source { return false }
        if let used = choices[slot].source, used != source { return choices[slot].isEmpty }
        choices[slot].source = source
        return true
    }

    /// A piece of a stream's text; one that begins with all there was, and that is much, is the whole so far (trtllm-serve
    /// sends such among others).
    private mutating func absorbText(_ cursor: inout JSONCursor, _ slot: Int) throws {
        let known = choices[slot].text.utf8.count
        guard isStream, known >= 32 else { return try cursor.append(&choices[slot].text) }
        if try cursor.null() { return }
        let piece = try cursor.string()
        if piece.utf8.count >= known, piece.utf8.starts(with: choices[slot].text.utf8) {
            choices[slot].text = piece
        } else {
            choices[slot].text += piece
        }
    }

    private mutating func absorbMessage(_ cursor: inout JSONCursor, _ slot: Int) throws {
        if try cursor.null() { return }
        var (refusal, thought) = ("", "")
        var scope = try cursor.enterObject()
        while let key = try cursor.nextKey(&scope) {
            switch key {
            case "content":
                if try cursor.peek() == .string {
                    try absorbText(&cursor, slot)
                } else {
                    var (text, thoughts) = ("", "")
                    try cursor.appendContent(&text, thoughts: &thoughts)
                    choices[slot].text += text
                    choices[slot].reasoning += thoughts
                }
            case "reasoning", "reasoning_content", "thinking":
                // Some proxies send the same thought under two names.
                var again = ""
                try cursor.appendContent(&again)
                if again != thought { choices[slot].reasoning += again }
                if !again.isEmpty { thought = again }
            case "refusal": try cursor.appendContent(&refusal)
            case "tool_calls": try absorbToolCalls(&cursor, slot)
            case "function_call": try absorbToolCall(&cursor, slot)
            default: try cursor.skip()
            }
        }
        // A model's own refusal is its answer.
        if choices[slot].text.isEmpty || isStream { choices[slot].text += refusal }
    }

    private mutating func absorbToolCalls(_ cursor: inout JSONCursor, _ slot: Int) throws {
        if try cursor.null() { return }
        var list = try cursor.enterArray()
        while try cursor.nextElement(&list) { try absorbToolCall(&cursor, slot) }
    }

    /// `{index, id, function: {name, arguments}}`, or the function alone; arguments are text, or an object (Ollama).
    mutating func absorbToolCall(_ cursor: inout JSONCursor, _ slot: Int) throws {
        if try cursor.null() { return }
        let call = try cursor.value()
        let function = call["function"] ?? call
        let arguments = function["arguments"]?.unlessNull.map { $0.stringValue ?? $0.text }
        choices[slot].toolCalls.add(
            index: call["index"]?.intValue ?? function["index"]?.intValue, id: call["id"]?.stringValue,
            name: function["name"]?.stringValue, arguments: arguments)
    }

    private mutating func absorbLogprobs(_ cursor: inout JSONCursor, _ slot: Int) throws {
        // Null, or an empty list where a vendor has none to give.
        guard try cursor.peek() == .object else {
            try cursor.skip()
            return
        }
        var scope = try cursor.enterObject()
        while let key = try cursor.nextKey(&scope) {
            switch key {
            case "content":
                if try cursor.null() { continue }
                var list = try cursor.enterArray()
                while try cursor.nextElement(&list) { try absorbTokenEntry(&cursor, slot) }
            case "token_logprobs":
                if try cursor.null() { continue }
                var list = try cursor.enterArray()
                while try cursor.nextElement(&list) { choices[slot].appendLogprob(try cursor.optionalDouble()) }
            case "tokens": try absorbTokenNames(&cursor, slot)
            case "token_ids": try cursor.appendIDs(&choices[slot].logprobIDs)
            case "top_logprobs" where request.sampling.topLogprobs > 0:
                if try cursor.null() { continue }
                var list = try cursor.enterArray()
                while try cursor.nextElement(&list) { choices[slot].topTokens.append(try cursor.topTokensByName()) }
            default: try cursor.skip()
            }
        }
    }

    /// An array of token texts, or of "token_id:27".
    private mutating func absorbTokenNames(_ cursor: inout JSONCursor, _ slot: Int) throws {
        if try cursor.null() { return }
        var list = try cursor.enterArray()
        while try cursor.nextElement(&list) {
            if try cursor.null() {
                choices[slot].splitTokens = nil
                continue
            }
            let raw = try cursor.stringBytes()
            if let id = JSONCursor.tokenID(named: raw) {
                choices[slot].logprobIDs.append(id)
                choices[slot].splitTokens = nil
            } else {
                choices[slot].note(isPartOfCharacter: raw.isPartOfCharacter)
            }
        }
    }

    /// `{token, logprob, id | token_id, bytes, top_logprobs}`, in any order.
    mutating func absorbTokenEntry(_ cursor: inout JSONCursor, _ slot: Int) throws {
        var logprob: Double?
        var processed: Double?
        var bytes = 0
        let known = choices[slot].bytes.count
        var scope = try cursor.enterObject()
        while let key = try cursor.nextKey(&scope) {
            switch key {
            case "id", "token_id": choices[slot].logprobIDs.append(try cursor.tokenID())
            case "token":
                if try cursor.null() { continue }
                let raw = try cursor.stringBytes()
                if let id = JSONCursor.tokenID(named: raw) {
                    choices[slot].logprobIDs.append(id)
                    choices[slot].splitTokens = nil
                } else {
                    choices[slot].note(isPartOfCharacter: raw.isPartOfCharacter)
                }
            case "logprob": logprob = try cursor.optionalDouble()
            // Fireworks: after temperature and truncation, where `logprob` is the model's own.
            case "sampling_logprob": processed = try cursor.optionalDouble()
            case "bytes":
                if try cursor.null() { continue }
                var list = try cursor.enterArray()
                while try cursor.nextElement(&list) {
                    guard let byte = UInt8(exactly: try cursor.int()) else {
                        throw ReplyViolation.malformed("a token's bytes hold a number that is none")
                    }
                    choices[slot].bytes.append(byte)
                }
                bytes = choices[slot].bytes.count - known
            case "top_logprobs" where request.sampling.topLogprobs > 0:
                choices[slot].topTokens.append(try cursor.topTokensByEntry())
            default: try cursor.skip()
            }
        }
        if bytes > 0 { choices[slot].entriesWithBytes += 1 }
        if bytes > 1, choices[slot].bytes[known...].contains(where: { $0 >= 0x80 }) { choices[slot].mayBeMerged = true }
        if let processed {
            choices[slot].isProcessed = true
            logprob = processed
        }
        choices[slot].appendLogprob(logprob)
    }

    /// vLLM: `[null, {"324": {"logprob": …}, …}, …]`; the prompt's own token is one of the keys.
    private mutating func absorbPromptLogprobs(_ cursor: inout JSONCursor) throws {
        if try cursor.null() { return }
        var candidates: [[Int32: Float]] = []
        var list = try cursor.enterArray()
        while try cursor.nextElement(&list) {
            var entry: [Int32: Float] = [:]
            if try !cursor.null() {
                var scope = try cursor.enterObject()
                while let key = try cursor.nextKey(&scope) {
                    guard let id = Int32(key.text) else {
                        throw ReplyViolation.malformed("a prompt log-prob without id")
                    }
                    var inner = try cursor.enterObject()
                    while let name = try cursor.nextKey(&inner) {
                        if name == "logprob" { entry[id] = Float(try cursor.double()) } else { try cursor.skip() }
                    }
                }
            }
            candidates.append(entry)
        }
        promptCandidates = candidates
    }
}
