internal import Experience
internal import JSON

/// Token ids and log-probs of the OpenAI family's answers, under all the names and in all the places that servers have for
/// them.
extension ReplyBuilder {
    /// The prompt's ids, which vLLM repeats in each choice.
    mutating func absorbPromptIDs(_ cursor: inout JSONCursor) throws {
        var ids: [Int32] = []
        try cursor.appendIDs(&ids)
        if promptIDs.isEmpty { promptIDs = ids }
    }

    /// A choice's ids; the same ones may stand under several names in one document.
    mutating func absorbTokenIDs(_ cursor: inout JSONCursor, _ slot: Int) throws {
        if choices[slot].tokenIDs.count == choices[slot].idsBefore {
            return try cursor.appendIDs(&choices[slot].tokenIDs)
        }
        var again: [Int32] = []
        try cursor.appendIDs(&again)
        if !again.isEmpty, !choices[slot].tokenIDs[choices[slot].idsBefore...].elementsEqual(again) {
            choices[slot].violation = choices[slot].violation ?? .contradictoryIDs
        }
    }

    /// What a gateway or server keeps apart of its own: LiteLLM's `provider_specific_fields`, Fireworks' `raw_output`, SGLang's
    /// `meta_info` of a choice. Gives the thoughts in it.
    mutating func absorbExtension(_ cursor: inout JSONCursor, _ slot: Int) throws -> String {
        guard try cursor.peek() == .object else {
            try cursor.skip()
            return ""
        }
        var thoughts = ""
        var scope = try cursor.enterObject()
        while let key = try cursor.nextKey(&scope) {
            switch key {
            case "token_ids", "output_token_ids", "output_ids", "completion_token_ids":
                try absorbTokenIDs(&cursor, slot)
            case "prompt_token_ids": try absorbPromptIDs(&cursor)
            case "output_token_logprobs": try absorbPairs(&cursor, slot)
            case "reasoning_content", "reasoning":
                let value = try cursor.value()
                if thoughts.isEmpty { thoughts = ContentParts.thoughts(in: value) }
            default: try cursor.skip()
            }
        }
        return thoughts
    }

    /// `[[logprob, id, text], …]`, beside or instead of the usual log-probs.
    private mutating func absorbPairs(_ cursor: inout JSONCursor, _ slot: Int) throws {
        guard var list = try cursor.list() else { return }
        var (ids, logprobs): ([Int32], [Double?]) = ([], [])
        while try cursor.nextElement(&list) {
            let (logprob, id) = try cursor.sglangToken()
            ids.append(id)
            logprobs.append(logprob)
        }
        if choices[slot].tokenIDs.count == choices[slot].idsBefore { choices[slot].tokenIDs += ids }
        choices[slot].pairedLogprobs = logprobs
    }

    /// The ids of all choices in one member of an answer, `sglext`: a list for each, or one alone.
    mutating func absorbSharedTokens(_ cursor: inout JSONCursor) throws -> [[Int32]]? {
        guard try cursor.peek() == .object else {
            try cursor.skip()
            return nil
        }
        var found: [[Int32]]?
        var scope = try cursor.enterObject()
        while let key = try cursor.nextKey(&scope) {
            switch key {
            case "output_ids", "completion_token_ids", "token_ids": found = try cursor.idLists() ?? found
            case "input_ids", "prompt_token_ids":
                if let ids = try cursor.idLists()?.first, promptIDs.isEmpty { promptIDs = ids }
            default: try cursor.skip()
            }
        }
        return found
    }

    /// Gives each choice its list, by its index.
    mutating func addShared(_ ids: [[Int32]]) {
        for slot in choices.indices where ids.indices.contains(choices[slot].index) {
            let own = ids[choices[slot].index]
            if choices[slot].tokenIDs.isEmpty {
                choices[slot].tokenIDs = own
            } else if choices[slot].tokenIDs != own, !own.isEmpty {
                choices[slot].violation = choices[slot].violation ?? .contradictoryIDs
            }
        }
    }

    mutating func absorbLogprobs(_ cursor: inout JSONCursor, _ slot: Int) throws {
        // Null, or an empty list where a vendor has none to give; of Together's streams the number of the one token.
        guard try cursor.peek() == .object else {
            if isStream, try cursor.peek() == .number {
                choices[slot].appendLogprob(try cursor.double())
            } else {
                try cursor.skip()
            }
            return
        }
        var scope = try cursor.enterObject()
        while let key = try cursor.nextKey(&scope) {
            switch key {
            case "content":
                guard var list = try cursor.list() else { continue }
                while try cursor.nextElement(&list) { try absorbTokenEntry(&cursor, slot) }
            case "token_logprobs": try absorbPlainLogprobs(&cursor, slot)
            case "tokens": try absorbTokenNames(&cursor, slot)
            case "token_ids": try cursor.appendIDs(&choices[slot].logprobIDs)
            case "top_logprobs" where request.sampling.topLogprobs > 0:
                guard var list = try cursor.list() else { continue }
                while try cursor.nextElement(&list) { choices[slot].topTokens.append(try cursor.topTokensByName()) }
            default: try cursor.skip()
            }
        }
    }

    mutating func absorbPlainLogprobs(_ cursor: inout JSONCursor, _ slot: Int) throws {
        guard var list = try cursor.list() else { return }
        while try cursor.nextElement(&list) { choices[slot].appendLogprob(try cursor.optionalDouble()) }
    }

    /// An array of token texts, of "token_id:27", or of ids (mlx_lm).
    private mutating func absorbTokenNames(_ cursor: inout JSONCursor, _ slot: Int) throws {
        guard var list = try cursor.list() else { return }
        while try cursor.nextElement(&list) {
            if try cursor.null() {
                choices[slot].splitTokens = nil
                continue
            }
            if try cursor.peek() == .number {
                choices[slot].logprobIDs.append(try cursor.tokenID())
                choices[slot].splitTokens = nil
                continue
            }
            absorbTokenName(try cursor.stringBytes(), slot)
        }
    }

    private mutating func absorbTokenName(_ raw: UnsafeBufferPointer<UInt8>, _ slot: Int) {
        if let id = JSONCursor.tokenID(named: raw) {
            choices[slot].logprobIDs.append(id)
            choices[slot].splitTokens = nil
        } else {
            choices[slot].note(isPartOfCharacter: raw.isPartOfCharacter)
        }
    }

    /// `{token, logprob, id | token_id, bytes, top_logprobs}`, in any order.
    mutating func absorbTokenEntry(_ cursor: inout JSONCursor, _ slot: Int) throws {
        if try cursor.null() { return }
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
                absorbTokenName(try cursor.stringBytes(), slot)
            case "logprob": logprob = try cursor.optionalDouble()
            // Fireworks: after temperature and truncation, where `logprob` is the model's own.
            case "sampling_logprob": processed = try cursor.optionalDouble()
            case "bytes":
                guard var list = try cursor.list() else { continue }
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
    mutating func absorbPromptLogprobs(_ cursor: inout JSONCursor) throws {
        guard var list = try cursor.list() else { return }
        var candidates: [[Int32: Float]] = []
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
