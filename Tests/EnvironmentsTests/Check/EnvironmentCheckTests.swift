import Environments
import Experience
import Foundation
import JSON
import Synchronization
import Testing
import Verifiers

/// An environment with one planted fault.
private final class Planted: Environment {
    enum Fault: String, CaseIterable {
        case none, counter, memory, clock, dice, hang, afterDone, nan, twice, wrongID, blame, orphan, progress, lateHang
    }

    let name = "planted"
    let version = "1"
    let resumption = Resumption.replay
    private let fault: Fault
    private struct State {
        var turns: [EpisodeKey: Int] = [:]
        var last: [EpisodeKey: Observation] = [:]
        var total = 0
        var said: [String] = []
        var children: [Process] = []
    }
    private let state = Mutex(State())

    init(_ fault: Fault) { self.fault = fault }

    func start(_ problem: Problem, seed: UInt64, key: EpisodeKey) async throws(EnvironmentError) -> Opening {
        state.withLock {
            $0.turns[key] = 0
            $0.total += 1
        }
        if fault == .orphan {
            let child = Process()
            child.executableURL = URL(fileURLWithPath: "/bin/sleep")
            child.arguments = ["30"]
            try? child.run()
            state.withLock { $0.children.append(child) }
        }
        return Opening(messages: [ChatMessage(role: "user", content: "go")])
    }

    var runningChildren: Int { state.withLock { $0.children.count(where: \.isRunning) } }

    deinit { state.withLock { $0.children.forEach { $0.terminate() } } }

    func step(_ action: Action, key: StepKey) async throws(EnvironmentError) -> Observation {
        let isKnown = state.withLock { $0.turns[key.episode] != nil }
        if !isKnown { throw EnvironmentError(.lost, "no such episode") }
        if fault == .hang || (fault == .lateHang && key.turn == 2) { try? await Task.sleep(for: .seconds(3600)) }
        let turn = state.withLock { $0.turns[key.episode] ?? 0 }
        if fault != .twice, turn > key.turn, let last = state.withLock({ $0.last[key.episode] }) { return last }
        if fault == .blame, action.text.isEmpty { throw EnvironmentError(.contract, "empty") }
        if fault != .afterDone, turn >= 4 { throw EnvironmentError(.contract, "done") }
        let (total, said) = state.withLock { state in
            state.turns[key.episode] = turn + 1
            state.said.append(action.text)
            return (state.total, state.said.suffix(2).first ?? "")
        }
        var text = "turn \(turn)"
        switch fault {
        case .counter: text += " of episode \(total)"
        case .memory: text += " after \(said)"
        case .clock: text += " at \(ContinuousClock.now)"
        case .dice: text += " \(UInt64.random(in: 0...UInt64.max))"
        default: break
        }
        let observation = Observation(
            results: fault == .wrongID ? [ToolResult(to: ToolCall(id: "x", name: "x", arguments: nil), "")] : [],
            messages: [ChatMessage(role: "user", content: text)], reward: fault == .nan ? .nan : Double(turn),
            progress: fault == .progress ? 1.5 : 0.5, isDone: turn >= 3)
        state.withLock { $0.last[key.episode] = observation }
        return observation
    }

    func end(_ episode: EndedEpisode) async -> Verdict? {
        state.withLock {
            $0.turns[episode.key] = nil
            $0.last[episode.key] = nil
        }
        return .correct()
    }
}

@Suite(.serialized) struct EnvironmentCheckTests {
    private func kinds(_ environment: any Environment, _ problems: [Problem] = [Playing.problem()]) async -> Set<
        EnvironmentFinding.Kind
    > {
        var options = EnvironmentCheck.Options()
        options.deadline = 2
        let findings = await EnvironmentCheck.findings(in: environment, on: problems, options: options)
        return Set(findings.map(\.kind))
    }

    @Test func aSoundOneHasNoFinding() async throws {
        #expect(await kinds(Planted(.none)).isEmpty)
    }

    /// Where other work goes on in the process, nobody can tell whose its processes are: none is named, and none ended.
    @Test func processesOfOthersAreLeftAlone() async {
        let planted = Planted(.orphan)
        #expect(await kinds(planted).isEmpty)
        #expect(planted.runningChildren > 0)
    }

    @Test func namesEachFault() async {
        let expected: [(Planted.Fault, EnvironmentFinding.Kind)] = [
            (.counter, .leak), (.memory, .leak), (.clock, .nondeterminism), (.dice, .nondeterminism), (.hang, .hang),
            (.lateHang, .hang), (.afterDone, .afterDone), (.nan, .notFinite), (.twice, .repeated),
            (.wrongID, .contract),
            (.blame, .blame), (.progress, .contract),
        ]
        for (fault, kind) in expected {
            let found = await kinds(Planted(fault))
            #expect(found.contains(kind), "\(fault): \(found)")
        }
    }
}
