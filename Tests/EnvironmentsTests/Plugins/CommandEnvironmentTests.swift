import Environments
import Experience
import Foundation
import JSON
import Testing
import Verifiers

@Suite(.enabled(if: PluginProgram.hasPython, "python3 is not on this machine"))
struct CommandEnvironmentTests {
    private let program: PluginProgram

    init() throws { program = try PluginProgram.game() }

    private func made(_ options: JSONValue = .object([]), _ arguments: String...) async throws -> any Environment {
        let words = JSONValue.array(
            (program.command().arrayValue ?? []) + arguments.map(JSONValue.string))
        let own: [JSONValue.Member] = [.init("command", words), .init("timeout_s", 5)]
        let given = options.objectValue ?? []
        return try await EnvironmentRegistry.standard.make(
            "command", options: .object(own.filter { o in !given.contains { $0.key == o.key } } + given))
    }

    @Test("What the process says of itself, an episode of it and its verdict")
    func plays() async throws {
        let environment = try await made()
        #expect(environment.name == "guess" && environment.resumption == .replay)
        #expect(environment.version.hasPrefix("2-") && environment.version.hasSuffix("-7"))
        var game = try await Playing(environment, seed: 42)
        #expect(game.opening.messages.first?.content == "guess 1" && game.opening.stateHash != nil)
        #expect(try await game.say("50").messages.map(\.content) == ["lower"])
        let last = try await game.say("42")
        #expect(last.isDone && last.reward == 1)
        #expect(await kind { _ = try await game.say("42") } == .contract)
        let verdict = await game.end(.done)
        #expect(verdict?.score == 1 && verdict?.reason == "done" && verdict?.components["turns"] == 2)
        await environment.shutdown()
    }

    @Test("Calls are sent with their arguments, and answered in their order")
    func calls() async throws {
        let environment = try await made()
        var game = try await Playing(environment)
        let calls = (0..<3).map {
            ToolCall(id: "c\($0)", name: "t", arguments: ["n": .int($0)], fault: $0 == 1 ? .schema : nil)
        }
        let observation = try await game.act(Action(text: "", calls: calls))
        #expect(observation.results.map(\.callID) == ["c0", "c2"])
        #expect(observation.results.map(\.text) == [#"{"n": 0}"#, #"{"n": 2}"#])
        await environment.shutdown()
    }

    @Test("Hundreds of episodes at once in two processes, each with its own answers")
    func many() async throws {
        let environment = try await made(["processes": 2])
        let right = try await withThrowingTaskGroup(of: Bool.self) { group in
            for index in 0..<300 {
                group.addTask {
                    var game = try await Playing(environment, seed: UInt64(index), index: index)
                    let said = try await game.say("50").messages.first?.content
                    let wanted = index % 100 == 50 ? "yes" : index % 100 > 50 ? "higher" : "lower"
                    return await game.end()?.score == 1 && said == wanted
                }
            }
            return try await group.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
        #expect(right == 300)
        await environment.shutdown()
    }

    @Test("A process that dies takes its own episodes with it, says why, and a fresh one takes its place")
    func death() async throws {
        let environment = try await made(["processes": 2])
        var games: [Playing] = []
        for index in 0..<4 { games.append(try await Playing(environment, seed: 1, index: index)) }
        do {
            _ = try await games[0].say("die")
            Issue.record("it lives")
        } catch {
            let error = try #require(error as? EnvironmentError)
            #expect(error.kind == .lost && error.description.contains("exited with code 5"))
            #expect(error.description.contains("these are my last words"))
        }
        var alive = 0
        for index in 1..<4 where await kind({ _ = try await games[index].say("2") }) == nil { alive += 1 }
        // Of four in two processes one died with the other one of its own.
        #expect(alive == 2)
        for game in games { await game.end(.failed) }
        var next = try await Playing(environment, index: 9)
        #expect(try await next.say("7").isDone)
        await environment.shutdown()
    }

    @Test("A step that does not end is that episode's; those behind it are lost, not late")
    func hang() async throws {
        let environment = try await made(["processes": 1, "timeout_s": 0.4])
        let hanging = try await Playing(environment, index: 0)
        let waiting = try await Playing(environment, index: 1)
        let pid = try #require(pid_t(try await says("pid", environment, index: 2)))
        let kinds = await withTaskGroup(of: (Int, EnvironmentError.Kind?).self) { group in
            group.addTask {
                (
                    0,
                    await kind {
                        _ = try await hanging.environment.step(Action(text: "hang"), key: StepKey(hanging.key, turn: 0))
                    }
                )
            }
            group.addTask {
                // Behind the other: it is asked when that one is open.
                try? await Task.sleep(for: .milliseconds(100))
                return (
                    1,
                    await kind {
                        _ = try await waiting.environment.step(Action(text: "1"), key: StepKey(waiting.key, turn: 0))
                    }
                )
            }
            return await group.reduce(into: [Int: EnvironmentError.Kind?]()) { $0[$1.0] = $1.1 }
        }
        #expect(kinds[0] == .some(.deadline) && kinds[1] == .some(.lost))
        #expect(kill(pid, 0) != 0)
        #expect(try await says("3", environment, index: 3) == "higher")
        await environment.shutdown()
    }

    private func says(_ text: String, _ environment: any Environment, index: Int) async throws -> String {
        var game = try await Playing(environment, index: index)
        return try await game.say(text).messages.first?.content ?? ""
    }

    @Test(
        "What the contract does not allow is refused",
        arguments: [
            #"{"results": ["one"]}"#, #"{"reward": 1e999}"#, #"{"reward": NaN}"#, #"{"reward": -Infinity}"#,
            #"{"reward": "1"}"#,
            #"{"progress": 2}"#, #"{"done": "yes"}"#, #"{"text": 3}"#, #"{"messages": [{"content": 1}]}"#,
            #"{"messages": "x"}"#, #"{"results": 3}"#, "print",
        ])
    func contract(reply: String) async throws {
        let environment = try await made()
        var game = try await Playing(environment)
        #expect(await kind { _ = try await game.say(reply) } == .contract)
        let verdict = await game.end(.failed)
        #expect(verdict == nil)
        await environment.shutdown()
    }

    @Test("An error of one episode is its own")
    func errors() async throws {
        let environment = try await made(["processes": 1])
        var game = try await Playing(environment, index: 0)
        var other = try await Playing(environment, index: 1)
        #expect(await kind { _ = try await game.say("nonsense") } == .lost)
        #expect(await kind { _ = try await game.say("1") } == .lost)
        #expect(try await other.say("7").isDone)
        let row = Playing.problem(["fault": "start"])
        #expect(await kind { _ = try await Playing(environment, row, index: 2) } == .start)
        await environment.shutdown()
    }

    @Test("No more episodes than a process can hold")
    func full() async throws {
        let environment = try await made(["processes": 1], "small")
        var games: [Playing] = []
        for index in 0..<3 { games.append(try await Playing(environment, index: index)) }
        #expect(await kind { _ = try await Playing(environment, index: 3) } == .full)
        await games[0].end()
        _ = try await Playing(environment, index: 4)
        await environment.shutdown()
    }

    @Test("Nothing is left when it is shut down, nor when nobody holds it")
    func leaves() async throws {
        let environment = try await made(["processes": 1])
        let first = try #require(pid_t(try await says("pid", environment, index: 0)))
        await environment.shutdown()
        #expect(kill(first, 0) != 0)
        let second = try await forgotten()
        for _ in 0..<200 where kill(second, 0) == 0 { try await Task.sleep(for: .milliseconds(10)) }
        #expect(kill(second, 0) != 0)
    }

    private func forgotten() async throws -> pid_t {
        try #require(pid_t(try await says("pid", try await made(["processes": 1]), index: 0)))
    }

    @Test("A program that cannot serve says why")
    func start() async throws {
        for (command, words) in [
            (["/no/such/program"], "No such file"), (["sh", "-c", "echo why >&2; exit 3"], "why"),
            (["sh", "-c", #"read x; echo '{"ready":1}'; cat"#], "that of verifiers"),
            (["sh", "-c", #"read x; echo '{"error":"no licence"}'; cat"#], "no licence"),
            (["sh", "-c", #"read x; echo '{"ready":2,"resume":"replai"}'; cat"#], "replay"),
        ] {
            do {
                _ = try await made(["command": .array(command.map(JSONValue.string))])
                Issue.record("\(command) serves")
            } catch {
                #expect("\(error)".contains(words), "\(error)")
            }
        }
    }

    @Test(
        "What never ran is told apart from what ended without a word",
        arguments: [("/no/such/program", false), ("true", true)])
    func handshake(program: String, ran: Bool) async {
        do {
            _ = try await made(["command": [.string(program)]])
            Issue.record("\(program) serves")
        } catch {
            #expect("\(error)".contains("no handshake: ") == ran, "\(error)")
        }
    }

    @Test("Every episode once, though processes are killed all the time")
    func kills() async throws {
        let environment = try await made(["processes": 3])
        let outcomes = await withTaskGroup(of: (Int, Int).self) { group in
            for index in 0..<60 {
                group.addTask {
                    for attempt in 1...20 {
                        // The first try of every fifth ends its process.
                        let text = attempt == 1 && index.isMultiple(of: 5) ? "die" : "7"
                        let key = EpisodeKey(run: "kills", ordinal: index, index: 0, attempt: attempt)
                        let problem = Playing.problem()
                        let isDone = try? await {
                            _ = try await environment.start(problem, seed: 7, key: key)
                            return try await environment.step(Action(text: text), key: StepKey(key, turn: 0)).isDone
                        }()
                        let ended = EndedEpisode(
                            key: key, problem: problem, stop: isDone == true ? .done : .failed, lastText: text, turns: 1
                        )
                        let verdict = await environment.end(ended)
                        if isDone == true, verdict?.score == 1 { return (index, attempt) }
                    }
                    return (index, 0)
                }
            }
            return await group.reduce(into: [(Int, Int)]()) { $0.append($1) }
        }
        #expect(Set(outcomes.map(\.0)).count == 60 && outcomes.allSatisfy { $0.1 > 0 })
        await environment.shutdown()
    }

    @Test("A shell speaks tab-separated lines")
    func shell() async throws {
        let shell = try PluginProgram(
            #"""
            tab=$(printf '\t')
            read -r hello
            printf '{"ready":2,"name":"echo","format":"tsv"}\n'
            while IFS= read -r line; do
                id=${line%%"$tab"*} line=${line#*"$tab"}
                verb=${line%%"$tab"*} line=${line#*"$tab"}
                case $verb in
                start) printf '%s\t%s\n' "$id" "${line##*"$tab"}" ;;
                step) printf '%s\tsaid %s\t0.5\tdone\n' "$id" "${line##*"$tab"}" ;;
                end) printf '%s\tNaN\n' "$id" ;;
                esac
            done
            """#, interpreter: "sh")
        let environment = try await made(["command": shell.command()])
        var game = try await Playing(environment, Playing.problem(prompt: "What?", answer: "a\tb\nc"))
        #expect(game.opening.messages.map(\.content) == ["a\tb\nc"])
        let observation = try await game.say("one\ttwo\\")
        #expect(observation.messages.map(\.content) == ["said one\ttwo\\"])
        #expect(observation.reward == 0.5 && observation.isDone)
        #expect(await game.end()?.reason == "nonFiniteScore")
        await environment.shutdown()
    }

    @Test("Options that are none are refused with what to do")
    func options() async {
        for (options, words) in [
            (["command": []], "expected program and arguments"), (["command": ["x"], "proceses": 2], "processes"),
            (["command": ["x"], "show": ["/usr"]], "sandbox: true"), (["command": ["x"], "processes": -1], "0 to 256"),
        ] as [(JSONValue, String)] {
            do {
                _ = try await EnvironmentRegistry.standard.make("command", options: options)
                Issue.record("\(options.text) was taken")
            } catch {
                #expect("\(error)".contains(words), "\(error)")
            }
        }
    }
}
