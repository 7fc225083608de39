public import Experience
import JSON

/// Tries an environment on problems and says what is wrong with it: leaks between episodes, what is not the same under
/// replay, hangs, what is left behind, answers after the end, numbers that are none.
public struct EnvironmentCheck: Sendable {
    /// What is tried.
    public struct Options: Sendable {
        /// Turns of an episode.
        public var turns = 6
        /// Turns until an episode must have ended, to see what comes after its end.
        public var longTurns = 60
        /// Episodes of which each may leave something behind.
        public var rounds = 6
        /// Longest call in seconds.
        public var deadline = 30.0
        /// Episodes, each of a seed of its own, that are played one after the other and then side by side, to see that they are
        /// the same.
        public var episodes = 0
        /// How many of them go on at once.
        public var atOnce = 16
        /// Who acts.
        public var policy = CheckPolicy()
        /// Whether nothing else goes on in this process. Only then what it has started and opened is the environment's: what is
        /// left behind is found, and ended.
        public var isAlone = false
        /// Makes the environment once more, with processes of its own: what is drawn where a process begins, and not from
        /// the episode's seed, differs there.
        public var again: (@Sendable () async throws -> any Environment)?

        /// The defaults above.
        public init() {}
    }

    let environment: any Environment
    let options: Options
    // Of this check's episodes, so that several on one environment do not meet.
    let run: String
    var findings: [EnvironmentFinding] = []
    var next = 0
    /// A call hung: what comes next would hang as well.
    var isStuck = false
    /// It does not even play: what it leaves behind says nothing more.
    private var isBroken = false

    init(_ environment: any Environment, _ options: Options) {
        self.environment = environment
        self.options = options
        run = "check-\(UInt64.random(in: 0...UInt64.max))"
    }

    /// Everything that is found on `problems`; empty when nothing is. One finding of a kind for each problem.
    public static func findings(
        in environment: any Environment, on problems: [Problem], options: Options = Options()
    ) async -> [EnvironmentFinding] {
        var check = EnvironmentCheck(environment, options)
        if problems.isEmpty { check.found(.failure, "there is no problem to try it on") }
        for (index, problem) in problems.enumerated() where !check.isStuck {
            await check.tryProblem(problem, other: problems[(index + 1) % problems.count])
        }
        guard let problem = problems.first, !check.isStuck, !check.isBroken else { return check.findings }
        if options.episodes > 0 { await check.trySeeds(problems) }
        if !check.isStuck { await check.tryElsewhere(problem) }
        if !check.isStuck, options.isAlone { await check.tryRemains(problem) }
        return check.findings
    }

    mutating func found(_ kind: EnvironmentFinding.Kind, _ message: String) {
        let finding = EnvironmentFinding(kind: kind, message: message)
        // The first ones of a kind say it.
        if findings.count(where: { $0.kind == kind }) < 3, !findings.contains(finding) { findings.append(finding) }
    }

    private mutating func tryProblem(_ problem: Problem, other: Problem) async {
        let words = "problem '\(problem.id)'"
        var traces: [CheckTrace] = []
        for _ in 0..<4 where !isStuck {
            let trace = await play(problem, seed: 7, turns: options.turns)
            if let error = trace.error {
                let place = traces.isEmpty ? "" : ", in its episode \(traces.count + 1)"
                isBroken = true
                if !isStuck { found(.init(error.kind), "\(words)\(place): \(error)") }
                return
            }
            traces.append(trace)
        }
        guard !isStuck, let first = traces.first else { return }
        let isSame = tell(traces, words)
        if isSame { await tryTogether(problem, other, alone: first, words) }
        if !isStuck { await tryAgain(problem, words) }
        if !isStuck { await tryAfterDone(problem, words) }
        if !isStuck { await tryBadCalls(problem, words) }
    }

    /// Whether episodes of one seed and the same actions are the same; says what differs.
    private mutating func tell(_ traces: [CheckTrace], _ words: String) -> Bool {
        guard let first = traces.first, let other = traces.first(where: { $0 != first }),
            let difference = other.difference(from: first)
        else { return true }
        // An environment that cannot be replayed need only begin in the same way.
        if environment.resumption == .none, difference.place != "its opening" { return true }
        let what =
            "\(words), \(difference.place): with the same seed and actions first \(difference.there.cut(to: 300)), later "
            + difference.here.cut(to: 300)
        if CheckProgression.isOne(traces.map { $0.lines.joined(separator: "\n") }) {
            found(.leak, what + "; it grows from episode to episode")
        } else if traces.dropFirst().allSatisfy({ $0 == other }) {
            found(.leak, what + "; the first episode differs from all after it")
        } else {
            found(.nondeterminism, what)
        }
        return false
    }

    /// The episode beside another one, which does other things.
    private mutating func tryTogether(_ problem: Problem, _ other: Problem, alone: CheckTrace, _ words: String) async {
        let mark = "canary-\(next)-\(UInt32.random(in: 0...UInt32.max))"
        let (ours, theirs) = (key(), key())
        var trace = CheckTrace()
        guard let opening = await begin(problem, seed: 7, ours, &trace) else { return }
        var ignored = CheckTrace()
        let second = await begin(other, seed: 8, theirs, &ignored)
        for turn in 0..<options.turns where !isStuck {
            if let second, ignored.error == nil, ignored.observations.last?.isDone != true {
                await take(options.policy.action(second, turn: turn, seed: 99, mark: mark), theirs, turn, &ignored)
            }
            if trace.error != nil || trace.observations.last?.isDone == true { break }
            await take(options.policy.action(opening, turn: turn, seed: 7, mark: ""), ours, turn, &trace)
        }
        if second != nil { _ = await end(other, theirs, ignored) }
        trace.verdict = await end(problem, ours, trace)
        if isStuck { return }
        if trace.lines.contains(where: { $0.contains(mark) }) {
            found(.leak, "\(words): it shows what another episode said at the same time ('\(mark)')")
        } else if environment.resumption != .none, let difference = trace.difference(from: alone) {
            found(
                .leak,
                "\(words), \(difference.place): alone \(difference.there.cut(to: 300)), beside another episode "
                    + difference.here.cut(to: 300))
        }
    }

    /// A turn that is tried again.
    private mutating func tryAgain(_ problem: Problem, _ words: String) async {
        let key = key()
        var trace = CheckTrace()
        guard let opening = await begin(problem, seed: 7, key, &trace) else { return }
        let action = options.policy.action(opening, turn: 0, seed: 7, mark: "")
        await take(action, key, 0, &trace)
        if trace.error == nil, !isStuck { await take(action, key, 0, &trace) }
        if trace.observations.count == 2, trace.observations[0] != trace.observations[1] {
            found(.repeated, "\(words): turn 0, tried again under its key, was answered in another way")
        }
        _ = await end(problem, key, trace)
    }

    /// Turns after the last one, and after the end.
    private mutating func tryAfterDone(_ problem: Problem, _ words: String) async {
        let key = key()
        var trace = CheckTrace()
        guard let opening = await begin(problem, seed: 7, key, &trace) else { return }
        var turn = 0
        while turn < options.longTurns, trace.error == nil, trace.observations.last?.isDone != true, !isStuck {
            await take(options.policy.action(opening, turn: turn, seed: 7, mark: ""), key, turn, &trace)
            turn += 1
        }
        if trace.observations.last?.isDone != true, !opening.tools.isEmpty, trace.error == nil, !isStuck {
            // Where tools are what goes on, an answer without a call ends it.
            await take(Action(text: "done"), key, turn, &trace)
            turn += 1
        }
        let action = options.policy.action(opening, turn: turn, seed: 7, mark: "")
        if trace.observations.last?.isDone == true, !isStuck {
            var after = CheckTrace()
            await take(action, key, turn, &after)
            if let observation = after.observations.first {
                let reward = observation.reward.map { ", with reward \($0)" } ?? ""
                found(.afterDone, "\(words): it was done in turn \(turn - 1), and answered turn \(turn)\(reward)")
            }
        }
        _ = await end(problem, key, trace)
        var after = CheckTrace()
        if !isStuck { await take(action, key, turn + 1, &after) }
        if !after.observations.isEmpty { found(.afterDone, "\(words): it answered a turn after its end") }
    }

    /// Calls that are the policy's fault.
    private mutating func tryBadCalls(_ problem: Problem, _ words: String) async {
        let key = key()
        var trace = CheckTrace()
        guard let opening = await begin(problem, seed: 7, key, &trace) else { return }
        var actions = [
            "", String(repeating: "é\u{0}🙂 ", count: 5000), "{}", "[[[", "-1", "99999999999999999999", "NaN",
            "\t\r\n\\",
        ].map { Action(text: $0) }
        if let tool = opening.tools.first {
            actions = [JSONValue.object([]), ["no_such_argument": 1], .null].map { arguments in
                Action(text: "", calls: [ToolCall(id: "call_0", name: tool.name, arguments: arguments)])
            }
            actions.append(
                Action(text: "", calls: [ToolCall(id: "call_0", name: "no_such_tool", arguments: .object([]))]))
        }
        var (turn, current) = (0, key)
        for action in actions where !isStuck {
            if trace.observations.last?.isDone == true {
                _ = await end(problem, current, trace)
                (turn, current, trace) = (0, self.key(), CheckTrace())
                guard await begin(problem, seed: 7, current, &trace) != nil else { return }
            }
            await take(action, current, turn, &trace)
            turn += 1
            if let error = trace.error {
                found(
                    .blame,
                    "\(words): \(action.calls.first?.name ?? "a text") with what it does not take was thrown: \(error)")
                break
            }
        }
        _ = await end(problem, current, trace)
    }
}
