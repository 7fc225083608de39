import Experience

extension EnvironmentCheck {
    private struct Played: Sendable {
        var seed: Int
        var trace: CheckTrace
        var findings: [EnvironmentFinding]
        var isStuck: Bool
    }

    /// Episodes that fail before no more are begun.
    private static let mostFailures = 3

    /// Episodes of many seeds, first one after the other, then side by side: the same ones, where they can be replayed.
    mutating func trySeeds(_ problems: [Problem]) async {
        var alone: [CheckTrace] = []
        var failures = 0
        for seed in 0..<options.episodes where !isStuck {
            let trace = await play(problems[seed % problems.count], seed: UInt64(seed), turns: options.turns)
            if let error = trace.error, error.kind != .deadline { found(.init(error.kind), "seed \(seed): \(error)") }
            alone.append(trace)
            if trace.error != nil { failures += 1 }
            // Each may take as long as a deadline, and says what the first ones said.
            if failures == Self.mostFailures { return }
        }
        if isStuck { return }
        for played in await together(problems) {
            for finding in played.findings { found(finding.kind, finding.message) }
            isStuck = isStuck || played.isStuck
            if let error = played.trace.error {
                found(.init(error.kind), "seed \(played.seed), beside others: \(error)")
            } else if environment.resumption != .none,
                let difference = played.trace.difference(from: alone[played.seed])
            {
                found(
                    .leak,
                    "seed \(played.seed), \(difference.place): alone \(difference.there.cut(to: 300)), beside others "
                        + difference.here.cut(to: 300))
            }
        }
    }

    private func together(_ problems: [Problem]) async -> [Played] {
        let (environment, options) = (environment, options)
        return await withTaskGroup(of: Played.self) { group in
            var all: [Played] = []
            for seed in 0..<options.episodes {
                if seed >= options.atOnce, let played = await group.next() { all.append(played) }
                group.addTask {
                    // One for each: what it finds is told afterwards.
                    var check = EnvironmentCheck(environment, options)
                    let trace = await check.play(
                        problems[seed % problems.count], seed: UInt64(seed), turns: options.turns)
                    return Played(seed: seed, trace: trace, findings: check.findings, isStuck: check.isStuck)
                }
            }
            for await played in group { all.append(played) }
            return all
        }
    }
}
