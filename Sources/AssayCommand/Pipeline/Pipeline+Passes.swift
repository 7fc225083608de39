import Experience
import Rollout

extension Pipeline {
    /// Asks the reference policy's and the critic's server, where the configuration names them, for their number of every
    /// token that lacks it.
    ///
    /// With `isRepeated` only failures are said: a loop asks again and again.
    func passes(isRepeated: Bool = false) async throws {
        let servers: [(key: String, url: String?, quantity: TokenQuantity)] = [
            ("reference", config.rollout.reference, .reference), ("teacher", config.rollout.teacher, .teacher),
            ("critic", config.rollout.critic, .critic),
        ]
        guard servers.contains(where: { $0.url != nil }) else { return }
        let (without, all) = try await store.completionsWithoutIDs(run: run)
        let unscorable =
            "\(without) of \(all) completions have no token ids, or their prompt has none: no other model can "
            + "score them. docs/rollout.md says which servers send ids"
        if without == all, all > 0 { throw IncompleteRun(description: unscorable) }
        if without > 0, !isRepeated { note(unscorable) }
        for (key, url, quantity) in servers {
            guard let url else { continue }
            let pass = try await TokenPass.connect(quantity, url: url, store: store, run: run, options: config.rollout)
            let summary = try await pass.score()
            if summary.scored > 0, !isRepeated { note("\(summary.scored) completions scored by the \(key) at \(url)") }
            guard let failure = summary.firstFailure else { continue }
            throw IncompleteRun(
                description:
                    "\(summary.failures.values.reduce(0, +)) completions were not scored by the \(key) at \(url); "
                    + "first: \(failure). Run the same command again for the rest")
        }
    }
}
