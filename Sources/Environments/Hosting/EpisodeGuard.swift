import Experience
import JSON

/// What every environment must keep to, whoever wrote it: the host looks at each answer before it is believed.
struct EpisodeGuard {
    let name: String

    /// Throws what is wrong with an opening.
    func look(at opening: Opening) throws(EnvironmentError) {
        if opening.messages.isEmpty { throw fault("its opening has no message") }
        var seen: Set<String> = []
        for tool in opening.tools {
            if !seen.insert(tool.name).inserted {
                throw fault("two of its tools are called '\(tool.name.cut(to: 100))'")
            }
            guard tool.parameters["type"]?.stringValue == "object" else {
                throw fault("the parameters of its tool '\(tool.name.cut(to: 100))' are no object schema")
            }
        }
    }

    /// Throws what is wrong with what a turn brought.
    func look(at observation: Observation, of action: Action) throws(EnvironmentError) {
        let (asked, answered) = (action.goodCalls.map(\.id), observation.results.map(\.callID))
        if asked.count != answered.count {
            throw fault("it answered \(answered.count) calls where \(asked.count) were made")
        }
        if asked != answered { throw fault("calls \(asked) were answered as \(answered)") }
        if let reward = observation.reward, !reward.isFinite { throw fault("its reward is no finite number") }
        guard let progress = observation.progress else { return }
        if !(0...1).contains(progress) { throw fault("its progress is \(progress), outside of 0...1") }
    }

    private func fault(_ what: String) -> EnvironmentError { EnvironmentError(.contract, "'\(name)': \(what)") }
}
