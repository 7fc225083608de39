/// How an endpoint wants the same to be asked, as its errors taught.
struct RequestStyle: Sendable, Hashable {
    /// The OpenAI routes, of which some servers know only one.
    enum Route: String, Sendable {
        case chat = "/v1/chat/completions"
        case completions = "/v1/completions"
    }

    /// Whether the budget is called `max_completion_tokens`, as newer OpenAI models want it.
    var namesCompletionBudget = false
    /// The route that all prompts go to; nil leaves it to the prompt.
    var route: Route?
}
