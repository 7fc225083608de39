import Experience
import JSON

extension EnvironmentCheck {
    /// The episode in another instance, and what that one leaves behind when it is shut down.
    mutating func tryElsewhere(_ problem: Problem) async {
        guard let again = options.again else { return }
        let here = await play(problem, seed: 7, turns: options.turns)
        if here.error != nil || isStuck { return }
        let before = CheckProcesses.descendants()
        do {
            let other = try await again()
            var check = EnvironmentCheck(other, options)
            let there = await check.play(problem, seed: 7, turns: options.turns)
            let theirs = CheckProcesses.descendants().subtracting(before)
            await other.shutdown()
            if options.isAlone { await lookForLeft(theirs) }
            guard environment.resumption != .none, let difference = there.difference(from: here) else { return }
            found(
                .nondeterminism,
                "problem '\(problem.id)', \(difference.place): with the same seed and actions here "
                    + "\(difference.there.cut(to: 300)), in another process \(difference.here.cut(to: 300))")
        } catch {
            found(.failure, "it could not be made a second time: \(error)")
        }
    }

    private mutating func lookForLeft(_ processes: Set<CheckProcesses.Process>) async {
        for _ in 0..<20 where !CheckProcesses.alive(processes).isEmpty {
            try? await Task.sleep(for: .milliseconds(100))
        }
        let left = CheckProcesses.alive(processes)
        if left.isEmpty { return }
        found(.orphan, "\(left.count) of its processes are still there after it was shut down")
        CheckProcesses.end(left)
    }

    /// What episodes leave behind: more of it after each round of them.
    mutating func tryRemains(_ problem: Problem) async {
        _ = await play(problem, seed: 7, turns: 1)
        var seen = CheckProcesses.descendants()
        let (before, descriptors) = (CheckProcesses.alive(seen), CheckProcesses.descriptors(of: seen))
        var rounds: [Int] = []
        for _ in 0..<2 where !isStuck {
            for round in 0..<options.rounds where !isStuck {
                _ = await play(problem, seed: UInt64(clamping: round), turns: options.turns) {
                    seen.formUnion(CheckProcesses.descendants())
                }
            }
            rounds.append(CheckProcesses.descriptors(of: before))
        }
        // What was told to end has a moment for it.
        var left: Set<CheckProcesses.Process> = []
        for _ in 0..<20 {
            left = CheckProcesses.alive(seen).subtracting(before)
            if left.count < options.rounds { break }
            try? await Task.sleep(for: .milliseconds(100))
        }
        if left.count >= options.rounds {
            found(.orphan, "after \(2 * options.rounds) episodes \(left.count) of their processes are still there")
            CheckProcesses.end(left)
        }
        guard rounds.count == 2 else { return }
        if rounds[0] - descriptors >= options.rounds, rounds[1] - rounds[0] >= options.rounds {
            found(
                .orphan,
                "\(descriptors), \(rounds[0]) and \(rounds[1]) descriptors are open before, after \(options.rounds) and after "
                    + "\(2 * options.rounds) episodes")
        }
    }
}
