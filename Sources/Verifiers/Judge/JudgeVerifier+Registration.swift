import Experience
import JSON

extension JudgeVerifier {
    /// Adds it as "judge", asking the models that `generator` reaches.
    public static func register(
        in registry: inout VerifierRegistry,
        generator: @escaping @Sendable (JudgeEndpoint) throws -> any TextGenerator
    ) {
        registry.register(
            "judge", summary: "a language model grades, compares, or follows a rubric",
            options: [
                ("endpoint", "an OpenAI-compatible server, for example http://127.0.0.1:8000"),
                ("model", "the model's name (the server's only one)"),
                ("api_key_env", "environment variable with the key"),
                ("mode", "grade, rubric, pairwise or reference_probability (grade)"),
                ("prompt", "file with the prompt; see prompts/ (the mode's own)"),
                ("votes", "answers per question, the majority counts (1)"),
                ("temperature", "0 is greedy (0; 1 with several votes)"),
                ("max_tokens", "longest answer (256)"),
                ("rubric", "criteria: texts, or {name, text, weight}; a record's 'rubric' comes first"),
                ("reference_field", "the record's field with the response to compare with (reference_response)"),
                ("question_field", "the record's field with the question (question, prompt, problem)"),
                ("correct_at", "the score from which a rubric or a probability is correct (0.5)"),
                ("cache", "file that keeps the judge's answers"),
                ("budget", "requests at most (no limit)"),
                ("concurrency", "requests at the same time (8)"),
                ("timeout_s", "longest wait for an answer (120)"),
            ]
        ) { json in
            let reader = OptionsReader(json)
            guard let url = try reader.string("endpoint") else {
                throw VerifierOptionsError(key: "endpoint", "name a server, for example http://127.0.0.1:8000")
            }
            var options = Options()
            options.mode = try reader.choice("mode", default: options.mode)
            if let path = try reader.string("prompt") {
                guard let contents = try? BoundedFile.bytes(of: path, most: 1 << 20),
                    let text = String(validating: contents, as: UTF8.self)
                else {
                    throw VerifierOptionsError(key: "prompt", "cannot read '\(path)' as a UTF-8 text of at most 1 MiB")
                }
                options.prompt = text
            }
            options.votes = try reader.int("votes", default: options.votes, in: 1...64)
            options.temperature = try reader.double("temperature", default: options.votes > 1 ? 1 : 0, in: 0...10)
            options.maxTokens = try reader.int("max_tokens", default: options.maxTokens, in: 1...65_536)
            if let given = json["rubric"] {
                for (index, entry) in (given.arrayValue ?? []).enumerated() {
                    try entry.checkMembers(["name", "text", "criterion", "weight", "points"], of: "rubric.\(index)")
                }
                guard let rubric = criteria(given) else {
                    throw VerifierOptionsError(key: "rubric", "expected a list of texts or of {name, text, weight}")
                }
                options.rubric = rubric
            }
            options.referenceField = try reader.string("reference_field") ?? options.referenceField
            options.questionField = try reader.string("question_field")
            options.correctAt = try reader.double("correct_at", default: options.correctAt, in: 0...1)
            options.cache = try reader.string("cache")
            if let problem = options.cache.flatMap(JudgeMemory.obstacle(in:)) {
                throw VerifierOptionsError(key: "cache", problem)
            }
            options.budget = json["budget"] == nil ? nil : try reader.int("budget", default: 0, in: 0...Int.max)
            options.concurrency = try reader.int("concurrency", default: options.concurrency, in: 1...1024)
            let endpoint = JudgeEndpoint(
                url: url, model: try reader.string("model"), headers: try reader.keyHeaders(),
                timeout: try reader.double("timeout_s", default: 120, in: 0.1...86_400))
            options.identity = url + " " + (endpoint.model ?? "")
            return JudgeVerifier(options, generator: try generator(endpoint))
        }
    }
}
