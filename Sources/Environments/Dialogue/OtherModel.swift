import Experience
import Verifiers

/// The model beside the policy: where it is reached, as options of an environment.
enum OtherModel {
    private static let endpoint = Option<String?>.text(
        "endpoint", "the other model's OpenAI-compatible server, for example http://127.0.0.1:8000")
    private static let model = Option<String?>.text("model", "the other model's name (the server's only one)")
    private static let key = Option<String?>.text("api_key_env", "environment variable with that server's key")
    private static let timeout = Option<Double>.number(
        "timeout_s", 120, in: 0.1...86_400, "longest wait for the other model's answer")
    static let options = [endpoint.listed, model.listed, key.listed, timeout.listed]

    /// Throws `EnvironmentOptionsError` where no server is named.
    static func generator(_ options: OptionsReader, _ context: EnvironmentContext) throws -> any TextGenerator {
        guard let make = context.generator else {
            throw EnvironmentOptionsError("no other model can be reached from here")
        }
        guard let url = try endpoint.read(options) else {
            throw EnvironmentOptionsError(
                key: endpoint.listed.name, "name the other model's server, for example http://127.0.0.1:8000")
        }
        return try make(
            JudgeEndpoint(
                url: url, model: try model.read(options), headers: try options.keyHeaders(),
                timeout: try timeout.read(options)))
    }
}

extension TextGenerator {
    /// One answer that is not empty; what fails is ours.
    func said(
        _ messages: [ChatMessage], maxTokens: Int, temperature: Double, seed: UInt64, by environment: String
    ) async throws(EnvironmentError) -> String {
        let answers: [String]
        do {
            answers = try await generate(
                .chat(Chat(messages)), count: 1, temperature: temperature, maxTokens: maxTokens, seed: seed)
        } catch {
            throw EnvironmentError(.lost, "'\(environment)': the other model did not answer: \(error)")
        }
        guard let answer = answers.first, !answer.allSatisfy(\.isWhitespace) else {
            throw EnvironmentError(.lost, "'\(environment)': the other model answered with nothing")
        }
        return answer
    }
}
