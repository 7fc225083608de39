import Datasets
import Experience
import Rollout

extension Pipeline {
    /// Says so where the model's chat template is missing: an instruct model that is sent plain text, or a server without one.
    func noteTemplate(of engine: RolloutEngine) async {
        guard !isQuiet, let prompt = await firstPrompt() else { return }
        for endpoint in engine.endpoints {
            guard let check = await ServerChecks(config: config).template(endpoint, prompt), check.state == .warn else {
                continue
            }
            note("\(check.name): \(check.detail)")
            return
        }
    }

    /// The first prompt of the file; nil for standard input, which can be read only once. What is wrong with it has its own
    /// message where the problems are read.
    private func firstPrompt() async -> Prompt? {
        if config.dataset.path == "-" { return nil }
        var first = config.dataset
        (first.shuffle, first.epochs, first.mix) = (nil, 1, [])
        return try? await DatasetReader(first).next(1).first?.prompt
    }
}
