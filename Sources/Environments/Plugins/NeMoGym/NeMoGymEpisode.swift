import Experience
import JSON
import Verifiers

extension NeMoGymEnvironment {
    /// An episode at the server.
    struct Body: EpisodeBody {
        fileprivate var session: NeMoGymSession
        private let routes: Routes
        private let correctAt: Double
        private let bytes: Int
        /// Of the turns so far, for the routes that give one each.
        private var reward = 0.0

        init(session: NeMoGymSession, routes: Routes, correctAt: Double, bytes: Int) {
            self.session = session
            self.routes = routes
            self.correctAt = correctAt
            self.bytes = bytes
        }

        mutating func answer(_ action: Action) async throws(EnvironmentError) -> Observation {
            let before = session.output.count
            session.add(action)
            let observation =
                switch routes {
                case .resources: try await called(action)
                case .gymnasium: try await stepped(action, Array(session.output[before...]))
                }
            session.add(observation)
            return observation
        }

        private mutating func called(_ action: Action) async throws(EnvironmentError) -> Observation {
            try await Observation(callsOf: action) { call throws(EnvironmentError) in
                try await session.call(call, bytes: bytes)
            }
        }

        private mutating func stepped(
            _ action: Action, _ said: [JSONValue]
        ) async throws(EnvironmentError) -> Observation {
            let reply = try await session.ask("/step", response: said)
            guard let number = reply["reward"]?.doubleValue else {
                throw EnvironmentError(.contract, "/step gave no reward: \(reply.text.cut(to: 200))")
            }
            reward += number
            var observation = Observation(reward: number)
            observation.isDone = reply["terminated"]?.boolValue == true || reply["truncated"]?.boolValue == true
            let outputs = reply["info"]?["tool_outputs"]?.arrayValue ?? []
            for call in action.goodCalls {
                let output = outputs.first { $0["call_id"]?.stringValue == call.id }?["output"]
                // A last turn has no more answers.
                if output == nil, observation.isDone {
                    observation.results.append(ToolResult(to: call, ""))
                    continue
                }
                guard let output else {
                    throw EnvironmentError(
                        .contract, "/step gave no output for the call '\(call.id)' of '\(call.name)'")
                }
                let text = BoundedText.head(output.stringValue ?? output.text, bytes: bytes)
                observation.results.append(ToolResult(to: call, text))
            }
            if let said = reply["observation"]?.stringValue, !said.isEmpty {
                observation.messages = [ChatMessage(role: "user", content: said)]
            }
            return observation
        }

        mutating func verdict(_ ended: EndedEpisode) async -> Verdict? {
            if routes == .gymnasium {
                return reward >= correctAt
                    ? .correct(score: reward, reason: "reward") : .incorrect(score: reward, reason: "reward")
            }
            do throws(EnvironmentError) {
                let json = try await session.ask("/verify", response: session.output)
                guard let verdict = Verdict(gym: json, reason: "verify", correctAt: correctAt) else {
                    throw EnvironmentError(.contract, "/verify gave no reward: \(json.text.cut(to: 200))")
                }
                return verdict
            } catch {
                return error.kind == .deadline
                    ? .timeout(reason: "environmentEnd", explanation: error.description)
                    : .verifierError(reason: "environmentEnd", explanation: error.description)
            }
        }
    }
}
