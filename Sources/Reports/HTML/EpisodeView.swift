/// How episodes of several turns went.
enum EpisodeView {
    static func section(_ episodes: EpisodeSection) -> Markup {
        var section = Page.table(
            "Environments",
            head: [
                "", "episodes", "success", "turns", "calls", "call errors", "sampled tokens", "context tokens",
                "s in model", "s in environment", "own reward",
            ],
            rows: episodes.environments.map { environment -> [Markup] in
                [
                    "\(environment.name) <small class=\"soft\">\(environment.version)</small>",
                    "\(Format.count(environment.episodes))", "\(Format.rate(environment.success))",
                    "\(Format.number(environment.meanTurns))", "\(Format.count(environment.calls))",
                    "\(Format.count(environment.callErrors))", "\(Format.count(environment.sampledTokens))",
                    "\(Format.count(environment.contextTokens))", "\(Format.number(environment.meanModelSeconds))",
                    "\(Format.number(environment.meanEnvironmentSeconds))",
                    "\(Format.number(environment.meanReward))",
                ]
            })
        section.add(
            Page.table(
                "How episodes ended", head: ["", "stop", "episodes"],
                rows: episodes.environments.flatMap { environment in
                    environment.stops.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map { stop -> [Markup] in
                        ["\(environment.name)", "\(stop.key)", "\(Format.count(stop.value))"]
                    }
                }, words: [1]))
        let tools = episodes.environments.flatMap { environment in
            environment.tools.map { tool -> [Markup] in
                let faults = tool.faults.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
                    .map { "\($0.key) \(Format.count($0.value))" }.joined(separator: ", ")
                return [
                    "\(environment.name)", "\(tool.name.isEmpty ? "(no name)" : tool.name)",
                    "\(Format.count(tool.calls))", "\(faults)",
                ]
            }
        }
        if !tools.isEmpty {
            section.add(
                Page.table(
                    "Tools", head: ["", "tool", "calls", "could not be made or failed"], rows: tools, words: [1, 3]))
        }
        let turns = episodes.environments.flatMap { environment in
            environment.turns.map { turn -> [Markup] in
                [
                    "\(environment.name)", "\(turn.turn + 1)", "\(Format.count(turn.episodes))",
                    "\(Format.number(turn.meanTokens))", "\(Format.number(turn.entropy))",
                ]
            }
        }
        if !turns.isEmpty {
            section.add(
                Page.table("By turn", head: ["", "turn", "episodes", "tokens", "−log p a token"], rows: turns))
        }
        return section
    }
}
