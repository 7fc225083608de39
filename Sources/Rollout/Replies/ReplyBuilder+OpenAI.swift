internal import Experience
internal import JSON

/// The OpenAI family's answers: completions, chat, their stream chunks, and vLLM's `/inference/v1/generate`. Members that
/// only one server sends are read wherever they stand.
extension ReplyBuilder {
    mutating func absorbOpenAI(_ cursor: inout JSONCursor) throws {
        // Gemini puts its errors, and some proxies their events, into a list.
        if try cursor.peek() == .array {
            var list = try cursor.enterArray()
            while try cursor.nextElement(&list) {
                if try cursor.peek() == .object { try absorbOpenAI(&cursor) } else { try cursor.skip() }
            }
            return
        }
        let start = cursor
        var sawChoices = false
        var idsOfChoices: [[Int32]] = []
        var scope = try cursor.enterObject()
        while let key = try cursor.nextKey(&scope) {
            switch key {
            case "choices":
                guard var list = try cursor.list() else { continue }
                var position = 0
                while try cursor.nextElement(&list) {
                    if try cursor.null() { continue }
                    sawChoices = true
                    try absorbChoice(&cursor, position: position)
                    position += 1
                }
            case "id", "request_id": try cursor.assign(&serverID)
            case "model": try cursor.assign(&model)
            case "prompt_token_ids": try absorbPromptIDs(&cursor)
            case "prompt_logprobs": try absorbPromptLogprobs(&cursor)
            case "usage": try absorbUsage(&cursor)
            case "metadata": try absorbMetadata(&cursor)
            case "sglext", "nvext": idsOfChoices = try absorbSharedTokens(&cursor) ?? idsOfChoices
            case "error":
                if let envelope = try cursor.envelope() { error = ServerError(status: 200, envelope: envelope) }
            case "base_resp":
                // MiniMax, in every answer.
                let state = try cursor.value()
                if state["status_code"]?.intValue ?? 0 != 0 {
                    error = ServerError(status: 200, envelope: .object([.init("base_resp", state)]))
                }
            default: try cursor.skip()
            }
        }
        addShared(idsOfChoices)
        // What stands beside an error tells more of it.
        if error != nil { try absorbOther(start, promised: "") }
        if sawChoices { self.sawChoices = true }
        if !sawChoices, error == nil { try absorbOther(start, promised: "no member \"choices\" that holds one") }
    }

    /// What is no piece of an answer: an error in whatever shape, in a stream a ping or the usage alone, else nothing that this
    /// route promises.
    mutating func absorbOther(_ start: JSONCursor, promised: String) throws {
        var cursor = start
        let tree = try cursor.value()
        if error != nil || Self.isError(tree) {
            error = ServerError(status: 200, envelope: tree)
        } else if !isStream {
            throw ReplyViolation.malformed(promised)
        }
    }

    private static func isError(_ tree: JSONValue) -> Bool {
        func isSet(_ value: JSONValue?) -> Bool {
            value.map { !$0.isNull && $0 != 0 && $0 != "" && $0 != "0" } ?? false
        }
        let hasWords = ["message", "msg", "Message", "errorMessage"].contains { tree[$0]?.stringValue != nil }
        let hasCode = ["code", "status", "type", "Code", "__type", "statusCode", "errorType", "errorCode"].contains {
            isSet(tree[$0])
        }
        return tree["object"]?.stringValue == "error" || tree["type"]?.stringValue == "error" || (hasWords && hasCode)
            || isSet(tree["error"]) || isSet(tree["detail"]) || tree["errors"]?.arrayValue?.isEmpty == false
            || tree["success"]?.boolValue == false || isSet(tree["error_code"]) || isSet(tree["error_msg"])
            || isSet(tree["header"]?["code"])
    }

    /// Counts that are none (a negative one, a fraction, -1 for "not known") are left out. Vertex leaves out what was only
    /// thought: then the total tells.
    private mutating func absorbUsage(_ cursor: inout JSONCursor) throws {
        guard try cursor.peek() == .object else { return _ = try cursor.skip() }
        var (prompt, completion, total): (Int?, Int?, Int?)
        var scope = try cursor.enterObject()
        while let key = try cursor.nextKey(&scope) {
            switch key {
            case "completion_tokens": completion = try cursor.statedCount() ?? completion
            case "output_tokens": completion = try completion ?? cursor.statedCount()
            case "prompt_tokens": prompt = try cursor.statedCount() ?? prompt
            case "input_tokens": prompt = try prompt ?? cursor.statedCount()
            case "total_tokens": total = try cursor.statedCount()
            default: try cursor.skip()
            }
        }
        if completion == nil, let prompt, let total, total > prompt { completion = total - prompt }
        usageTokens = completion ?? usageTokens
        usagePromptTokens = prompt ?? usagePromptTokens
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
        var index = position
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
        choices[slot].idsBefore = choices[slot].tokenIDs.count
        let logprobsBefore = choices[slot].logprobs.count
        var scope = try cursor.enterObject()
        while let key = try cursor.nextKey(&scope) {
            switch key {
            case "text":
                if try cursor.peek() == .string, takes(.text, of: says, slot) {
                    addText(try cursor.piece(half: &choices[slot].half), slot)
                } else {
                    try cursor.skip()
                }
            case "message":
                if takes(.message, of: says, slot) { try absorbMessage(&cursor, slot) } else { try cursor.skip() }
            case "delta":
                if takes(.delta, of: says, slot) { try absorbMessage(&cursor, slot) } else { try cursor.skip() }
            case "reasoning", "reasoning_content":
                addReasoning(ContentParts.thoughts(in: try cursor.value()), slot)
            case "token_ids", "output_token_ids", "output_ids", "completion_token_ids":
                try absorbTokenIDs(&cursor, slot)
            case "provider_specific_fields", "model_extra", "raw_output", "meta_info":
                addReasoning(try absorbExtension(&cursor, slot), slot)
            case "prompt_token_ids": try absorbPromptIDs(&cursor)
            case "prompt_logprobs": try absorbPromptLogprobs(&cursor)
            case "logprobs": try absorbLogprobs(&cursor, slot)
            // Gemini has given the second name beside a first one that is null.
            case "finish_reason", "finishReason": try cursor.finish(&choices[slot])
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
        choices[slot].settlePairs(since: logprobsBefore)
        try endRepeat(slot)
    }

    /// Whether a member's text counts: some servers say the same under several names, or repeat all at a stream's end.
    private mutating func takes(
        _ source: ChoiceBuilder.Source, of says: Set<ChoiceBuilder.Source>, _ slot: Int
    ) -> Bool {
        guard says.contains(source) else { return true }
        // A whole answer's text stands where its route has it.
        let own: ChoiceBuilder.Source? = isStream ? nil : request.isChat ? .message : .text
        if let best = says.min(by: { $0 == own || ($1 != own && $0 < $1) }), best != source { return false }
        if !isStream { return true }
        if let used = choices[slot].source, used != source { return choices[slot].isEmpty }
        choices[slot].source = source
        return true
    }

    private mutating func absorbMessage(_ cursor: inout JSONCursor, _ slot: Int) throws {
        // PHP writes an object without members as a list; some proxies leave the text alone.
        guard try cursor.peek() == .object else {
            if try cursor.peek() == .string { addText(try cursor.string(), slot) } else { try cursor.skip() }
            return
        }
        var thoughts = Thoughts()
        var refusal = ""
        var scope = try cursor.enterObject()
        while let key = try cursor.nextKey(&scope) {
            switch key {
            case "content":
                switch try cursor.peek() {
                case .string: addText(try cursor.piece(half: &choices[slot].half), slot)
                // A proxy that took the text for JSON.
                case .number: addText(String(decoding: try cursor.rawNumber(), as: UTF8.self), slot)
                default:
                    let parts = ContentParts(try cursor.value())
                    addText(parts.text, slot)
                    thoughts.inContent += parts.thoughts
                    for call in parts.calls { addToolCall(call, slot) }
                }
            case "reasoning", "reasoning_content", "thinking", "reasoning_text", "thinking_content", "thought":
                thoughts.add(ContentParts.thoughts(in: try cursor.value()))
            case "reasoning_details": thoughts.details += ContentParts.thoughts(in: try cursor.value())
            case "thinking_blocks": thoughts.blocks += ContentParts.thoughts(in: try cursor.value())
            case "token_ids", "completion_token_ids", "generation_token_ids", "gen_tokens":
                try absorbTokenIDs(&cursor, slot)
            case "token_id": if try !cursor.null() { choices[slot].tokenIDs.append(try cursor.tokenID()) }
            case "generation_log_probs": try absorbPlainLogprobs(&cursor, slot)
            case "prompt_token_ids": try absorbPromptIDs(&cursor)
            case "provider_specific_fields", "model_extra": thoughts.add(try absorbExtension(&cursor, slot))
            case "refusal": refusal += ContentParts(try cursor.value()).text
            case "tool_calls", "function_call": try absorbToolCalls(&cursor, slot)
            default: try cursor.skip()
            }
        }
        addReasoning(thoughts.text, slot)
        // A model's own refusal is its answer.
        if choices[slot].text.isEmpty || isStream { choices[slot].text += refusal }
    }

    /// The thoughts of one message, which some proxies send under several names.
    private struct Thoughts {
        var plain = ""
        var details = ""
        var blocks = ""
        var inContent = ""

        mutating func add(_ again: String) {
            if again.isEmpty || plain.hasSuffix(again) { return }
            plain = plain.isEmpty ? again : plain + again
        }

        var text: String { (plain.isEmpty ? details.isEmpty ? blocks : details : plain) + inContent }
    }

    private mutating func addText(_ piece: String, _ slot: Int) {
        if isStream { choices[slot].textChain.add(piece) }
        Self.add(piece, to: &choices[slot].text, isStream: isStream)
    }

    private mutating func addReasoning(_ piece: String, _ slot: Int) {
        if isStream { choices[slot].reasoningChain.add(piece) }
        Self.add(piece, to: &choices[slot].reasoning, isStream: isStream)
    }

    /// Adds a piece of a text; one that begins with all there was, and that is much, is the whole so far (trtllm-serve sends
    /// such among others).
    private static func add(_ piece: String, to text: inout String, isStream: Bool) {
        if isStream, text.utf8.count >= 32, piece.utf8.starts(with: text.utf8) {
            text = piece
        } else if text.isEmpty {
            text = piece
        } else {
            text += piece
        }
    }

    /// A list of calls, or one alone.
    mutating func absorbToolCalls(_ cursor: inout JSONCursor, _ slot: Int) throws {
        let calls = try cursor.value()
        if calls.isNull { return }
        for call in calls.arrayValue ?? [calls] { addToolCall(call, slot) }
    }

    /// `{index, id, function: {name, arguments}}`, or the function alone; arguments are text, or an object (Ollama).
    private mutating func addToolCall(_ call: JSONValue, _ slot: Int) {
        guard call.objectValue?.isEmpty == false else { return }
        let function = (call["function"] ?? call["custom"])?.unlessNull ?? call
        let arguments = (function["arguments"] ?? function["input"] ?? function["parameters"])?.unlessNull
        choices[slot].toolCalls.add(
            index: call["index"]?.intValue ?? function["index"]?.intValue,
            id: (call["id"] ?? call["tool_call_id"])?.stringValue, name: function["name"]?.stringValue,
            arguments: arguments.map { $0.stringValue ?? $0.text })
    }
}
