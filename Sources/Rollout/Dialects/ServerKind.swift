/// The inference servers whose habits are known.
public enum ServerKind: String, Sendable, Codable, CaseIterable {
    /// vLLM: token ids, n, seeds, log-probs of prompts.
    case vllm
    /// SGLang: its own `/generate` with ids and weight versions, and the OpenAI routes.
    case sglang
    /// llama.cpp's server: ids inside the log-probs, any model name accepted.
    case llamacpp
    /// llama-cpp-python's server: ignores n, samples with top_k 40 unless told otherwise.
    case llamaCppPython
    /// Text Generation Inference.
    case tgi
    /// Ollama: log-probs, no ids.
    case ollama
    /// Anything else that speaks the OpenAI routes.
    case openai

    /// Whether one request can draw several completions.
    var supportsCount: Bool {
        switch self {
        case .vllm, .sglang, .llamacpp, .openai: true
        case .llamaCppPython, .tgi, .ollama: false
        }
    }

    /// Whether a prompt can be given as token ids.
    var acceptsTokenIDs: Bool {
        switch self {
        case .vllm, .sglang, .llamacpp: true
        case .llamaCppPython, .tgi, .ollama, .openai: false
        }
    }
}

/// Which of a server's routes to use.
public enum RolloutAPI: String, Sendable, Codable, CaseIterable {
    /// Chat for messages; for text the route that gives most: `generate` on SGLang, TGI and Ollama, else completions.
    case auto
    /// `/v1/completions`: the prompt is text.
    case completions
    /// `/v1/chat/completions`: the server renders the messages with the model's template.
    case chat
    /// The server's own route: `/inference/v1/generate` (vLLM), `/generate` (SGLang, TGI), `/api/generate` (Ollama),
    /// `/completion` (llama.cpp).
    case generate
}
