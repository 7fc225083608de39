import Experience
import JSON

extension EnvironmentCheck {
    mutating func key() -> EpisodeKey {
        next += 1
        return EpisodeKey(run: run, ordinal: next, index: 0)
    }

    /// A whole episode; `beforeEnd` looks at what is there while it is still alive.
    mutating func play(
        _ problem: Problem, seed: UInt64, turns: Int, beforeEnd: () -> Void = {}
    ) async -> CheckTrace {
        let key = key()
        var trace = CheckTrace()
        guard let opening = await begin(problem, seed: seed, key, &trace) else { return trace }
        for turn in 0..<turns where trace.error == nil && !isStuck {
            await take(options.policy.action(opening, turn: turn, seed: seed, mark: ""), key, turn, &trace)
            if trace.observations.last?.isDone == true { break }
        }
        beforeEnd()
        trace.verdict = await end(problem, key, trace)
        return trace
    }

    mutating func begin(_ problem: Problem, seed: UInt64, _ key: EpisodeKey, _ trace: inout CheckTrace) async
        -> Opening?
    {
        let environment = environment
        let result = await timed("start", problem.id) { () async -> Result<Opening, EnvironmentError> in
            do throws(EnvironmentError) {
                return .success(try await environment.start(problem, seed: seed, key: key))
            } catch {
                return .failure(error)
            }
        }
        switch result {
        case .success(let opening)?:
            trace.opening = opening
            look(at: opening, "problem '\(problem.id)'")
            return opening
        case .failure(let error)?:
            if error.kind == .deadline { hung("problem '\(problem.id)' did not begin: \(error)") }
            trace.error = error
        case nil: trace.error = EnvironmentError(.deadline, "it did not begin")
        }
        return nil
    }

    mutating func take(_ action: Action, _ key: EpisodeKey, _ turn: Int, _ trace: inout CheckTrace) async {
        let environment = environment
        let result = await timed("step \(turn)", "\(key.ordinal)") {
            () async -> Result<Observation, EnvironmentError> in
            do throws(EnvironmentError) {
                return .success(try await environment.step(action, key: StepKey(key, turn: turn)))
            } catch {
                return .failure(error)
            }
        }
        switch result {
        case .success(let observation)?:
            look(at: observation, of: action, "turn \(turn)")
            trace.observations.append(observation)
        case .failure(let error)?:
            if error.kind == .deadline { hung("turn \(turn): \(error)") }
            trace.error = error
        case nil: trace.error = EnvironmentError(.deadline, "turn \(turn) did not end")
        }
    }

    mutating func end(_ problem: Problem, _ key: EpisodeKey, _ trace: CheckTrace) async -> Verdict? {
        let environment = environment
        let isDone = trace.observations.last?.isDone == true
        let ended = EndedEpisode(
            key: key, problem: problem, stop: trace.error != nil ? .failed : isDone ? .done : .turns, lastText: "",
            turns: trace.observations.count)
        let verdict = await timed("end", problem.id) { await environment.end(ended) }
        if case .some(.some(let verdict)) = verdict {
            let words = "problem '\(problem.id)', at its end: \(verdict.explanation ?? verdict.reason)"
            // What is ended in the middle of a turn is not judged, and that is right.
            let isOurs = ["nonFiniteScore", "turnUnderWay"].contains(verdict.reason)
            if trace.error == nil, verdict.outcome == .timeout { hung(words) }
            if trace.error == nil, verdict.outcome == .verifierError, !isOurs {
                found(.failure, words)
            }
            if verdict.reason == "nonFiniteScore" {
                found(.notFinite, "problem '\(problem.id)': its score is no finite number")
            }
            if verdict.components.values.contains(where: { $0.map { !$0.isFinite } ?? false }) {
                found(.notFinite, "problem '\(problem.id)': a component of its verdict is no finite number")
            }
        }
        return verdict ?? nil
    }

    private mutating func timed<Value: Sendable>(
        _ call: String, _ problem: String, _ body: @escaping @Sendable () async -> Value
    ) async -> Value? {
        let value = await Deadline.run(seconds: options.deadline, body)
        if value == nil {
            hung("'\(environment.name)' did not end \(call) of '\(problem)' in \(options.deadline) seconds")
        }
        return value
    }

    private mutating func hung(_ words: String) {
        isStuck = true
        found(.hang, words)
    }

    private mutating func look(at opening: Opening, _ words: String) {
        if opening.messages.isEmpty { found(.contract, "\(words): its opening has no message") }
        if Set(opening.tools.map(\.name)).count < opening.tools.count {
            found(.contract, "\(words): two of its tools have one name")
        }
        for tool in opening.tools where tool.parameters["type"]?.stringValue != "object" {
            found(.contract, "\(words): the parameters of '\(tool.name)' are no object schema")
        }
    }

    private mutating func look(at observation: Observation, of action: Action, _ words: String) {
        if let reward = observation.reward, !reward.isFinite {
            found(.notFinite, "\(words): its reward is no finite number")
        }
        if let progress = observation.progress {
            if !progress.isFinite {
                found(.notFinite, "\(words): its progress is \(progress)")
            } else if !(0...1).contains(progress) {
                found(.contract, "\(words): its progress is \(progress), outside of 0...1")
            }
        }
        let (asked, answered) = (action.goodCalls.map(\.id), observation.results.map(\.callID))
        if asked != answered { found(.contract, "\(words): calls \(asked) were answered as \(answered)") }
    }
}
