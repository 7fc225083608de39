import Experience
import JSON

/// What an episode answered, to compare.
struct CheckTrace: Sendable, Equatable {
    var opening: Opening?
    var observations: [Observation] = []
    var verdict: Verdict?
    /// Why it ended early; nil where it did not.
    var error: EnvironmentError?

    static func == (left: CheckTrace, right: CheckTrace) -> Bool { left.lines == right.lines }

    /// One line for each answer, without times.
    var lines: [String] {
        var lines: [String] = []
        if let opening {
            lines.append(
                "opening \(opening.messages.map(\.json.text)) \(opening.tools.map(\.json.text)) \(opening.stateHash ?? 0)"
            )
        }
        for observation in observations {
            lines.append(
                "results \(observation.results.map { "\($0.callID) \($0.outcome) \($0.text)" }) messages "
                    + "\(observation.messages.map(\.json.text)) reward \(observation.reward.map { "\($0)" } ?? "-") done "
                    + "\(observation.isDone) state \(observation.stateHash ?? 0)")
        }
        if let verdict {
            lines.append("verdict \(verdict.outcome) \(verdict.score.map { "\($0)" } ?? "-") \(verdict.reason)")
        }
        if let error { lines.append("error \(error.kind)") }
        return lines
    }

    /// The first line in which two differ, and where that is.
    func difference(from other: CheckTrace) -> (place: String, here: String, there: String)? {
        let (here, there) = (lines, other.lines)
        for index in 0..<max(here.count, there.count) {
            let left = index < here.count ? here[index] : "nothing"
            let right = index < there.count ? there[index] : "nothing"
            if left == right { continue }
            return (index == 0 ? "its opening" : "its turn \(index - 1)", left, right)
        }
        return nil
    }
}
