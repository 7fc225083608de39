internal import Experience

extension SampleRequest {
    /// The prompt as text or messages; throws where it is token ids, which `server` does not take.
    func plainPrompt(for server: String) throws -> Prompt {
        guard case .prompt(let prompt) = input else { throw DialectError("\(server) takes no token ids as prompt") }
        return prompt
    }
}
