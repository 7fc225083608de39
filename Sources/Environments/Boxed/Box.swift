import Experience
import JSON
import Numbers
import Synchronization
import Verifiers

/// An episode's box: a session in the sandbox that is asked in JSON, and begun anew when the policy's programs have ended it.
final class Box: EpisodeHolding {
    /// What came of an act.
    struct Answer: Sendable {
        var outcome: ToolResult.Outcome
        var text: String
        /// The whole answer, for more than text.
        var json: JSONValue
        /// The box was begun anew: what was in it is gone.
        var isFresh = false
    }

    /// What stands in the driver's first question.
    enum Mode: String, Sendable {
        case python, plain
    }

    /// What the driver is asked to do.
    struct Act: Sendable {
        var name: String
        var arguments: JSONValue
        /// Another limit than a call's.
        var seconds: Double?
    }

    let limits: BoxLimits
    private let mode: Mode
    // Done in every new box, before anything of the policy's.
    private let preparation: [Act]
    private struct State {
        var session: SandboxSession?
        var isReleased = false
    }
    private let state = Mutex(State())

    // Beyond a call's own limit: the driver notices that by itself, this one is for a driver that cannot.
    private static let grace = 2.0

    private init(_ limits: BoxLimits, _ mode: Mode, _ preparation: [Act]) {
        self.limits = limits
        self.mode = mode
        self.preparation = preparation
    }

    /// A box that answers, prepared; throws what is ours, the row's own mistakes among it, with nothing left behind.
    static func begin(
        _ limits: BoxLimits, _ mode: Mode, _ preparation: [Act] = []
    ) async throws(EnvironmentError) -> Box {
        let box = Box(limits, mode, preparation)
        do {
            try await box.restart(.start)
        } catch {
            await box.release()
            throw error
        }
        return box
    }

    func release() async {
        let session = state.withLock { state in
            state.isReleased = true
            defer { state.session = nil }
            return state.session
        }
        await session?.close()
    }

    private func restart(_ kind: EnvironmentError.Kind) async throws(EnvironmentError) {
        let session: SandboxSession
        do {
            session = try await SandboxSession.start(limits.interpreter, program: BoxDriver.source, limits.session)
        } catch {
            throw EnvironmentError(kind, "\(error)")
        }
        let isWanted = state.withLock { state in
            if !state.isReleased { state.session = session }
            return !state.isReleased
        }
        if !isWanted {
            await session.close()
            throw EnvironmentError(.lost, "the episode was ended while its box was begun")
        }
        let hello = await session.ask(question("hello", [:]), seconds: 30)
        guard case .answered = hello else { throw EnvironmentError(kind, "the box did not begin: \(hello)") }
        for act in preparation {
            let answer = try await ask(act, isPreparing: true)
            if answer.outcome == .ok { continue }
            throw EnvironmentError(kind, "the row's '\(act.name)' does not do: \(answer.text.cut(to: 500))")
        }
    }

    /// Does one act of the driver within its limit.
    func ask(_ name: String, _ arguments: JSONValue, seconds: Double? = nil) async throws(EnvironmentError) -> Answer {
        try await ask(Act(name: name, arguments: arguments, seconds: seconds), isPreparing: false)
    }

    private func ask(_ act: Act, isPreparing: Bool) async throws(EnvironmentError) -> Answer {
        guard let session = state.withLock({ $0.session }) else {
            throw EnvironmentError(.lost, "the episode's box was released")
        }
        let seconds = act.seconds ?? limits.seconds
        let asked = await session.ask(question(act.name, act.arguments, seconds), seconds: seconds + Self.grace)
        func over(_ what: String, _ outcome: ToolResult.Outcome) async throws(EnvironmentError) -> Answer {
            // The policy's own doing: it is told, and goes on in a new box.
            if !isPreparing { try await restart(.lost) }
            return Answer(
                outcome: outcome, text: "error: the program \(what); everything begins anew", json: .null, isFresh: true
            )
        }
        switch asked {
        case .answered(_, let payload):
            guard let json = try? JSONValue(parsing: payload), let outcome = json["outcome"]?.stringValue,
                let kind = ToolResult.Outcome(rawValue: outcome), let text = json["text"]?.stringValue
            else { return try await over("wrote where only answers are written", .failed) }
            return Answer(outcome: kind, text: text, json: json)
        case .late: return try await over("did not end in \(seconds) seconds, nor when it was told to", .timeout)
        case .ended(let ending): return try await over(Self.words(ending, limits), ending == .cpu ? .timeout : .failed)
        case .cancelled: throw EnvironmentError(.lost, "the episode was ended during a call")
        case .failed(let why): throw EnvironmentError(.lost, "the sandbox failed: \(why)")
        }
    }

    private static func words(_ ending: SandboxSession.Ending, _ limits: BoxLimits) -> String {
        switch ending {
        case .exited(let code): "ended the interpreter (exit code \(code))"
        case .signalled(let signal): "ended the interpreter (signal \(signal))"
        case .cpu: "used more than \(limits.session.cpu) processor seconds"
        case .memory: "used more than \(limits.session.memory >> 20) MiB of memory"
        case .output: "wrote too much"
        case .garbled: "wrote where only answers are written"
        }
    }

    private func question(_ act: String, _ arguments: JSONValue, _ seconds: Double = 1) -> [UInt8] {
        let common: [JSONValue.Member] = [
            .init("act", .string(act)), .init("mode", .string(mode.rawValue)), .init("bytes", .int(limits.bytes)),
            .init("seconds", .double(seconds)),
        ]
        return JSONValue.object(common + (arguments.objectValue ?? [])).bytes
    }
}

extension ToolResult {
    /// What a box answered to a call.
    init(to call: ToolCall, _ answer: Box.Answer, empty: String = "") {
        self.init(to: call, answer.text.isEmpty ? empty : answer.text, outcome: answer.outcome)
    }
}
