import Environments
import Experience
import Foundation
import JSON
import Synchronization

/// Episodes per second, and per processor second of all processes, through an environment of protocol 2 in Python; and that
/// every one of 10,000 episodes ends once while its processes are killed, with nothing left behind.
@main
struct EnvironmentsBenchmark {
    static let python = """
        import json, os, sys
        games = {}
        for line in sys.stdin:
            message = json.loads(line)
            if "hello" in message:
                print('{"ready":2,"name":"guess","resume":"replay"}', flush=True)
            replies = []
            for item in message.get("start", []):
                games[item["episode"]] = item["seed"] % 100
                replies.append({"id": item["id"], "text": str(os.getpid())})
            for item in message.get("step", []):
                number, guess = games[item["episode"]], int(item["text"])
                said = "yes" if guess == number else "higher" if guess < number else "lower"
                replies.append({"id": item["id"], "text": said, "done": guess == number})
            for item in message.get("end", []):
                games.pop(item["episode"])
                replies.append({"id": item["id"], "score": 1})
            if replies:
                print(json.dumps(replies), flush=True)
        """

    static func main() async throws {
        for (name, processes, atOnce) in [("one process, one at a time", 1, 1), ("8 processes, 256 at once", 8, 256)] {
            let before = processorSeconds()
            let start = ContinuousClock.now
            let environment = try await made(processes)
            let run = await play(2000, atOnce: atOnce, environment, "speed") { _ in }
            await environment.shutdown()
            let seconds = (ContinuousClock.now - start) / .seconds(1)
            print(
                String(
                    format: "%7.0f episodes/s, %7.0f per CPU-second, %.1f turns each: ", 2000 / seconds,
                    2000 / (processorSeconds() - before), Double(run.turns) / 2000) + name)
        }
        try await kills()
    }

    private static func kills() async throws {
        let environment = try await made(8)
        let tally = Tally()
        let killer = Task {
            while !Task.isCancelled {
                try await Task.sleep(for: .milliseconds(250))
                // A number may be another's by now.
                guard let pid = tally.pids.withLock({ $0.popFirst() }), parent(of: "\(pid)") == getpid() else {
                    continue
                }
                if kill(pid, SIGKILL) == 0 { tally.killed.withLock { $0 += 1 } }
            }
        }
        let run = await play(10_000, atOnce: 64, environment, "kills") { pid in
            tally.pids.withLock { _ = $0.insert(pid) }
        }
        killer.cancel()
        await environment.shutdown()
        let left = (try? FileManager.default.contentsOfDirectory(atPath: "/proc"))?.count { parent(of: $0) == getpid() }
        print(
            "10,000 episodes over 8 processes, \(tally.killed.withLock { $0 }) of them killed: \(run.verdicts.count) ended, "
                + "\(run.verdicts.values.count { $0 == 1 }) once, after \(run.tries) tries; processes left: \(left ?? -1)"
        )
    }

    private static func parent(of process: String) -> pid_t? {
        let status = (try? String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8)) ?? ""
        let words = status.split(separator: ")").last?.split(separator: " ") ?? []
        return words.count > 1 ? pid_t(words[1]) : nil
    }

    /// What the episodes add to, from many tasks.
    private final class Tally: Sendable {
        let run = Mutex(Run())
        let pids = Mutex<Set<pid_t>>([])
        let killed = Mutex(0)
    }

    private struct Run: Sendable {
        var verdicts: [Int: Int] = [:]
        var tries = 0
        var turns = 0
    }

    private static func made(_ processes: Int) async throws -> any Environment {
        try await EnvironmentRegistry.standard.make(
            "command",
            options: ["command": ["python3", "-c", .string(python)], "processes": .int(processes), "timeout_s": 30])
    }

    private static func play(
        _ count: Int, atOnce: Int, _ environment: any Environment, _ run: String,
        seen: @escaping @Sendable (pid_t) -> Void
    ) async -> Run {
        let tally = Tally()
        await withTaskGroup(of: Void.self) { group in
            for ordinal in 0..<count {
                if ordinal >= atOnce { await group.next() }
                group.addTask {
                    for attempt in 1...1000 {
                        let key = EpisodeKey(run: run, ordinal: ordinal, index: 0, attempt: attempt)
                        tally.run.withLock { $0.tries += 1 }
                        guard let turns = try? await episode(environment, key, seen) else { continue }
                        tally.run.withLock {
                            $0.verdicts[ordinal, default: 0] += 1
                            $0.turns += turns
                        }
                        return
                    }
                }
            }
        }
        return tally.run.withLock { $0 }
    }

    /// Halving; the turns that it took, nil where it ended without a verdict.
    private static func episode(
        _ environment: any Environment, _ key: EpisodeKey, _ seen: (pid_t) -> Void
    ) async throws -> Int? {
        let problem = Problem(id: "p", prompt: .text("Guess."))
        func ended(_ stop: EpisodeStop, _ turns: Int) async -> Verdict? {
            await environment.end(EndedEpisode(key: key, problem: problem, stop: stop, lastText: "", turns: turns))
        }
        do {
            let opening = try await environment.start(problem, seed: UInt64(key.ordinal), key: key)
            if let pid = pid_t(opening.messages.first?.content ?? "") { seen(pid) }
            var (low, high, turn) = (0, 99, 0)
            while true {
                let guess = (low + high) / 2
                let observation = try await environment.step(Action(text: "\(guess)"), key: StepKey(key, turn: turn))
                turn += 1
                if observation.isDone { break }
                if observation.messages.first?.content == "higher" { low = guess + 1 } else { high = guess - 1 }
            }
            return await ended(.done, turn)?.score == nil ? nil : turn
        } catch {
            _ = await ended(.failed, 0)
            throw error
        }
    }

    /// Of this process and of those that it has waited for.
    private static func processorSeconds() -> Double {
        [RUSAGE_SELF.rawValue, RUSAGE_CHILDREN.rawValue].reduce(0.0) { sum, who in
            var usage = rusage()
            getrusage(__rusage_who_t(who), &usage)
            let times = [usage.ru_utime, usage.ru_stime]
            return sum + times.reduce(0) { $0 + Double($1.tv_sec) + Double($1.tv_usec) / 1e6 }
        }
    }
}
