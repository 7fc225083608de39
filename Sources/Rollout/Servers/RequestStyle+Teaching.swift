internal import Experience

extension RequestStyle {
    /// This as `error` of a request for `input` teaches it; nil where it teaches nothing.
    func taught(by error: SampleError, _ input: SampleRequest.Input, api: RolloutAPI) -> RequestStyle? {
        guard case .server(let answer) = error, [400, 404, 405, 422].contains(answer.status) else { return nil }
        var style = self
        if answer.message.contains("max_completion_tokens"), !namesCompletionBudget, answer.status != 404 {
            style.namesCompletionBudget = true
            return style
        }
        guard api == .auto, route == nil, let other = Self.other(answer, input) else { return nil }
        style.route = other
        return style
    }

    /// The other route than the one that `input` went to, where the answer names it, or says that it has no such route at all.
    private static func other(_ answer: ServerError, _ input: SampleRequest.Input) -> Route? {
        guard case .prompt(let prompt) = input else { return nil }
        let words = answer.message.lowercased()
        func says(_ parts: [String]) -> Bool { parts.contains(where: words.contains) }
        let absences = ["not found", "no route", "invalid url", "unrecognized request url", "method not allowed"]
        let isAbsent = [404, 405].contains(answer.status) && !words.contains("model") && says(absences)
        switch prompt {
        case .text:
            let names = ["chat/completions", "chat completions", "is a chat model", "only supports chat"]
            return isAbsent || says(names) ? .chat : nil
        case .chat(let chat):
            // As text goes what is nothing but text.
            guard chat.tools == nil, chat.messages.allSatisfy({ $0.published == nil }) else { return nil }
            let rest = words.replacing("chat/completions", with: "")
            let names = ["not a chat model", "no chat template", "provide a chat template", "chat template is not"]
            return isAbsent || rest.contains("/completions") || says(names) ? .completions : nil
        }
    }
}
