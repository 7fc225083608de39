import Experience
import Numbers

/// Reads how the episodes of a run went.
struct EpisodeReader {
    private static let listedTools = 20
    private static let listedTurns = 64
    /// As the entropy section: a larger run is read every n-th completion.
    private static let tokenBudget = 6_000_000

    let run: Run
    let scoring: Scoring?

    private struct TurnSums {
        var episodes = 0
        var tokens = 0
        var surprisal = 0.0
    }

    /// nil where no completion is an episode.
    func section(_ store: StoreSnapshot) throws -> EpisodeSection? {
        let environments = try store.episodes(of: run, scoring: scoring)
        if environments.isEmpty { return nil }
        let stops = try store.episodeStops(of: run)
        let calls = try store.toolCalls(of: run)
        let turns = try turns(store)
        return EpisodeSection(
            environments: environments.map { statistics in
                let key = statistics.key
                let count = Double(max(1, statistics.episodes))
                return EpisodeSection.Environment(
                    name: key.name, version: key.version, episodes: statistics.episodes,
                    success: Rate(count: statistics.correct, of: statistics.judged),
                    stops: Dictionary(
                        stops.lazy.filter { $0.key == key }.map { ($0.name, $0.count) }, uniquingKeysWith: { $1 }),
                    meanTurns: Double(statistics.turns) / count, calls: statistics.calls,
                    callErrors: statistics.callErrors, sampledTokens: statistics.sampledTokens,
                    contextTokens: statistics.contextTokens,
                    meanModelSeconds: statistics.modelMilliseconds / 1000 / count,
                    meanEnvironmentSeconds: statistics.environmentMilliseconds / 1000 / count,
                    meanReward: statistics.reward, tools: Self.tools(calls.filter { $0.key == key }),
                    turns: turns[key] ?? [])
            })
    }

    private static func tools(_ calls: [EpisodeStatistics.Count]) -> [EpisodeSection.ToolCount] {
        var tools: [EpisodeSection.ToolCount] = []
        for call in calls {
            let place = tools.firstIndex { $0.name == call.name } ?? tools.endIndex
            if place == tools.endIndex { tools.append(.init(name: call.name, calls: 0, faults: [:])) }
            tools[place].calls += call.count
            if let fault = call.fault { tools[place].faults[fault, default: 0] += call.count }
        }
        return Array(tools.sorted { ($1.calls, $0.name) < ($0.calls, $1.name) }.prefix(listedTools))
    }

    private func turns(_ store: StoreSnapshot) throws -> [EpisodeStatistics.Key: [EpisodeSection.TurnCount]] {
        let stride = max(1, try store.episodeTokenCount(run: run) / Self.tokenBudget)
        var sums: [EpisodeStatistics.Key: [Int: TurnSums]] = [:]
        try store.forEachEpisode(of: run, stride: stride) { episode in
            var seen: Set<Int> = []
            for (turn, tokens) in episode.turns where (0..<Self.listedTurns).contains(turn) {
                var sum = sums[episode.key, default: [:]][turn, default: TurnSums()]
                if seen.insert(turn).inserted { sum.episodes += 1 }
                for token in tokens where episode.mask_T[token] == 1 && Logprob.isOne(episode.logprobs_T[token]) {
                    sum.tokens += 1
                    sum.surprisal -= Double(episode.logprobs_T[token])
                }
                sums[episode.key, default: [:]][turn] = sum
            }
        }
        return sums.mapValues { turns in
            turns.sorted { $0.key < $1.key }.map { turn, sum in
                EpisodeSection.TurnCount(
                    turn: turn, episodes: sum.episodes, meanTokens: Double(sum.tokens) / Double(max(1, sum.episodes)),
                    entropy: sum.tokens > 0 ? sum.surprisal / Double(sum.tokens) : nil)
            }
        }
    }
}
