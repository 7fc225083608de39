import Experience
import Rollout
import Verifiers

/// Groups that lack a sample for good, and what is said of a run's answers.
extension Pipeline {
    /// Closes groups one of whose samples failed for good with what they have, where `rollout.partial_groups` keeps them.
    /// - Returns: how many were kept.
    func closeGroups(of lost: [Int: String]) async throws -> Int {
        guard config.rollout.partialGroups == .keep else { return 0 }
        var kept = 0
        for (ordinal, reason) in lost.sorted(by: { $0.key < $1.key })
        where try await store.close(run: run, ordinal: ordinal, reason: reason) {
            kept += 1
        }
        if kept > 0 { note(kept.counted("group goes", "groups go") + " on without a sample that cannot be had") }
        return kept
    }

    /// Says what else than text came of the servers, and how it is treated.
    func noteAnswers(_ summary: RolloutSummary) {
        if summary.withReasoning > 0 {
            let rule = config.verify.reasoning == .answer ? "the answer alone" : "reasoning and answer"
            note(
                summary.withReasoning.counted("completion has", "completions have")
                    + " reasoning or tool calls of their own; judged is \(rule) (verify.reasoning)")
        }
        if summary.maskedTokens > 0 {
            note(
                summary.maskedTokens.counted("token has", "tokens have") + " no log-prob of their own and are masked")
        }
        for (url, route) in summary.routes.sorted(by: { $0.key < $1.key }) {
            let form = route.contains("chat") ? "texts as a user's message" : "chats as plain text"
            note("\(url) knows only \(route): prompts went there, \(form) (rollout.api says otherwise)")
        }
        if !summary.refusals.isEmpty {
            let kinds = summary.refusals.sorted { $0.value > $1.value }.map { "\($0.value) \($0.key)" }
            note(
                "servers refused \(kinds.joined(separator: ", ")) requests for having too much to do; all were asked again"
            )
        }
    }
}
