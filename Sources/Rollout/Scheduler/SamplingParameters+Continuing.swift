internal import Experience
internal import JSON

/// What may be asked of a server that goes on with the beginning of a completion: the rest must be as likely as it was.
extension SamplingParameters {
    /// Whether a completion can be gone on with from its first ids. What counts from a completion's start on the server does not
    /// know of the beginning: grammars begin anew, penalties forget what was said, calls are not taken apart; and a chat's
    /// pictures are not in its ids.
    func canContinue(_ prompt: Prompt, from text: String) -> Bool {
        if case .chat(let chat) = prompt {
            let isText = chat.messages.allSatisfy { $0.published?["content"].map { $0.stringValue != nil } ?? true }
            guard chat.tools == nil, isText else { return false }
        }
        for members in extraMembers {
            if Self.wholeOnly.contains(where: { members[$0].map(Self.isSet) ?? false }) { return false }
            for (name, neutral) in Self.penalties {
                if let value = members[name]?.doubleValue, value != neutral { return false }
            }
        }
        // A stop text may begin here and end in the rest.
        return stopTexts.allSatisfy { stop in
            !(1..<max(1, stop.utf8.count)).contains { text.utf8.suffix($0).elementsEqual(stop.utf8.prefix($0)) }
        }
    }

    /// These for the rest behind `count` tokens; nil where none are left.
    func rest(behind count: Int) -> SamplingParameters? {
        var rest = self
        rest.maxTokens = maxTokens - count
        rest.minTokens = minTokens.map { max(0, $0 - count) }
        var hasOwn = false
        if let extra { rest.extra = extra.rest(behind: count, &hasOwn, depth: 2) }
        if hasOwn { rest.maxTokens = max(1, rest.maxTokens) }
        let budgets = rest.extraMembers.flatMap { members in JSONValue.budgets.compactMap { members[$0]?.doubleValue } }
        return rest.maxTokens < 1 || budgets.contains { (0..<1).contains($0) } ? nil : rest
    }

    private static func isSet(_ value: JSONValue) -> Bool {
        switch value {
        case .null, .bool(false), "", "none", 0: false
        case .array(let elements): !elements.isEmpty
        default: value["type"]?.stringValue != "text"
        }
    }

    private static let wholeOnly = [
        "guided_json", "guided_regex", "guided_choice", "guided_grammar", "structured_outputs", "structural_tag",
        "response_format", "json_schema", "regex", "ebnf", "grammar", "tools", "tool_choice", "functions", "bad_words",
        "no_repeat_ngram_size", "mirostat", "thinking_token_budget", "thinking_budget", "logits_processors",
        "custom_logit_processor", "use_beam_search", "format",
    ]
    private static let penalties = [
        ("presence_penalty", 0.0), ("frequency_penalty", 0), ("repetition_penalty", 1), ("repeat_penalty", 1),
        ("dry_multiplier", 0),
    ]
}

extension JSONValue {
    fileprivate static let budgets = [
        "max_tokens", "max_completion_tokens", "max_new_tokens", "max_output_tokens", "n_predict", "num_predict",
    ]
    private static let floors = ["min_tokens", "min_new_tokens"]

    /// This with budgets that are smaller by `count`, and another seed; `hasBudget` is set where there is a budget.
    fileprivate func rest(behind count: Int, _ hasBudget: inout Bool, depth: Int) -> JSONValue {
        guard case .object(var members) = self, depth > 0 else { return self }
        for index in members.indices {
            let key = members[index].key
            if SamplingParameters.sections.contains(key) {
                members[index].value = members[index].value.rest(behind: count, &hasBudget, depth: depth - 1)
            }
            guard let number = members[index].value.intValue else { continue }
            if Self.budgets.contains(key) {
                // Below 0 is without a bound.
                if number < 0 { continue }
                hasBudget = true
                members[index].value = .int(max(0, number - count))
            } else if Self.floors.contains(key) {
                members[index].value = .int(max(0, number - count))
            } else if key == "seed" || key == "sampling_seed" {
                let seed = UInt64(bitPattern: Int64(number))
                members[index].value = .int(Int(SampleSeed.rest(of: seed, behind: count)))
            }
        }
        return .object(members)
    }
}
