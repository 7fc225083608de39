extension ServerKind {
    /// The dialect of this server for an API choice.
    public func dialect(_ api: RolloutAPI) throws -> any Dialect {
        switch (self, api) {
        case (.llamacpp, .auto), (.llamacpp, .completions), (.llamacpp, .chat), (.llamacpp, .generate):
            return LlamaCppDialect(api: api)
        case (_, .chat), (_, .completions), (.vllm, .auto), (.llamaCppPython, _), (.openai, _):
            if api == .generate {
                throw DialectError("\(rawValue) has no generate route; set api to auto, completions or chat")
            }
            return OpenAIDialect(server: self, api: api)
        case (.vllm, .generate): return VLLMGenerateDialect()
        case (.sglang, .auto), (.sglang, .generate): return SGLangDialect(isStrict: api == .generate)
        case (.tgi, .auto), (.tgi, .generate): return TGIDialect(isStrict: api == .generate)
        case (.ollama, .auto), (.ollama, .generate): return OllamaDialect()
        }
    }
}
