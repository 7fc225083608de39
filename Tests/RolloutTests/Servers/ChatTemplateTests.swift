import Rollout
import Testing

@Suite struct ChatTemplateTests {
    @Test func chatTemplatesAreExpectedByName() {
        for name in [
            "Qwen/Qwen2.5-7B-Instruct", "gemma-3-4b-it", "Llama-2-7b-chat-hf", "SmolLM2-135M-Instruct-Q8_0.gguf",
            "Qwen3-8B",
            "openai/gpt-oss-20b",
        ] { #expect(ChatTemplate.isExpected(by: name), "\(name)") }
        for name in ["Qwen2.5-7B", "Qwen3-8B-Base", "gemma-3-4b-pt", "gpt2", "bitnet-2b", "", "/models/it/pythia-1b"] {
            #expect(!ChatTemplate.isExpected(by: name), "\(name)")
        }
        #expect(ChatTemplate.isApplied(in: "<|im_start|>user\nhi") && !ChatTemplate.isApplied(in: "What is 1 < 2 | 3?"))
    }
}
