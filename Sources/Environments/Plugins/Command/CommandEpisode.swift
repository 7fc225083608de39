import Experience
import JSON
import Verifiers
import Workers

/// An episode in a process of a plug-in.
struct CommandEpisode: EpisodeBody {
    let place: EpisodePlace
    let correctAt: Double
    private var turn = 0
    var holding: (any EpisodeHolding)? { place }

    init(_ place: EpisodePlace, correctAt: Double) {
        self.place = place
        self.correctAt = correctAt
    }

    mutating func answer(_ action: Action) async throws(EnvironmentError) -> Observation {
        let reply = try await place.ask("step", place.message.step(action, turn: turn))
        turn += 1
        return try reply.observation(of: action.goodCalls)
    }

    mutating func verdict(_ ended: EndedEpisode) async -> Verdict? {
        do throws(EnvironmentError) {
            return try await place.end(ended)?.verdict(correctAt: correctAt)
        } catch {
            // Not judged by another then: what the environment would have said is not known.
            return error.kind == .deadline
                ? .timeout(reason: "environmentEnd", explanation: error.description)
                : .verifierError(reason: "environmentEnd", explanation: error.description)
        }
    }
}

/// Where an episode is: a seat of a process, given back once, with a word to the process.
final class EpisodePlace: EpisodeHolding {
    let message: EpisodeMessage
    private let pool: ProcessPool
    private let seat: ProcessPool.Seat
    private let isHeld = Once()

    init(_ pool: ProcessPool, _ seat: ProcessPool.Seat, episode: Int) {
        self.pool = pool
        self.seat = seat
        message = EpisodeMessage(ready: seat.process.ready, episode: episode)
    }

    func ask(_ verb: String, _ body: (Int) -> [UInt8]) async throws(EnvironmentError) -> EpisodeReply {
        do {
            let json = try await seat.process.conversation.ask(verb, seconds: pool.settings.timeout, body)
            return reply(json, to: verb)
        } catch {
            throw EnvironmentError(error)
        }
    }

    private func reply(_ json: JSONValue, to verb: String) -> EpisodeReply {
        guard message.ready.isTabular else { return EpisodeReply(json: json, title: pool.settings.title) }
        let words = json.arrayValue?.compactMap(\.stringValue) ?? []
        return EpisodeReply(json: TabularLines.reply(to: verb, words), title: pool.settings.title)
    }

    /// Ends the episode and gives its place back; nil where that was done before.
    func end(_ ended: EndedEpisode) async throws(EnvironmentError) -> EpisodeReply? {
        if !isHeld.take() { return nil }
        defer { pool.leave(seat) }
        return try await ask("end", message.end(ended.stop, text: ended.lastText, turns: ended.turns))
    }

    func release() async {
        if !isHeld.take() { return }
        seat.process.conversation.tell(
            "end", seconds: pool.settings.timeout, message.end(.failed, text: "", turns: 0))
        pool.leave(seat)
    }
}
