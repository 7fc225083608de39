import Experience
import Rollout

/// What answers at the endpoints, and whether prompts reach the model in the form that it was trained on.
struct ServerChecks: Sendable {
    let config: RunConfig

    /// One check for each endpoint, and one for the chat template; `prompt` is one of the data set.
    func checks(_ prompt: Prompt?) async -> [PreflightCheck] {
        do {
            var checks: [PreflightCheck] = []
            for (url, answer) in try await config.rollout.probe() {
                switch answer {
                case .success(let endpoint):
                    let model = endpoint.model.isEmpty ? "whatever it serves" : endpoint.model
                    checks.append(
                        PreflightCheck(
                            "endpoint \(url)", .ok, "\(endpoint.server.rawValue) at \(endpoint.url), model \(model)"))
                    if let prompt, let check = await template(endpoint, prompt) { checks.append(check) }
                case .failure(let error): checks.append(PreflightCheck("endpoint \(url)", .failed, "\(error)"))
                }
            }
            return checks
        } catch {
            return [PreflightCheck("endpoints", .failed, "\(error)")]
        }
    }

    /// What is known of the model's chat template; nil where nothing is to be said.
    func template(_ endpoint: Endpoint, _ prompt: Prompt) async -> PreflightCheck? {
        let model = (endpoint.model as String).isEmpty ? "the model" : endpoint.model
        switch prompt {
        case .text(let text):
            guard config.rollout.api != .chat, ChatTemplate.isExpected(by: endpoint.model),
                !ChatTemplate.isApplied(in: text)
            else { return nil }
            return PreflightCheck(
                "chat template", .warn,
                "\(model) looks like an instruct model; its chat template is not applied (dataset.chat: true applies it)"
            )
        case .chat:
            guard let probe = try? ServerProbe(driver: CurlDriver(maxConnections: 2)) else { return nil }
            switch await probe.hasChatTemplate(endpoint) {
            case true?: return PreflightCheck("chat template", .ok, "\(endpoint.url) applies the model's own")
            case false?:
                return PreflightCheck(
                    "chat template", .warn,
                    "\(model) has none of its own: \(endpoint.url) puts another around the prompts (dataset.chat: false "
                        + "sends them as they are)")
            case nil:
                return PreflightCheck(
                    "chat template", .ok, "left to \(endpoint.url), which does not tell whether it has one")
            }
        }
    }
}
