extension Undefined {
    /// What to do when this left no completion of a run with an advantage; nil where samples, not the configuration, are the
    /// cause. `largestGroup` counts the completions of the largest group.
    func remedy(_ estimator: AdvantageEstimator, _ options: OptimizeOptions, largestGroup: Int) -> String? {
        let preset = estimator.preset
        switch self {
        case .noReferenceLogprobs:
            return
                "optimize.shaping.kl_beta needs the reference policy's log-probs: set rollout.reference to its server and "
                + "run 'assay run', which asks it for them"
        case .noTeacherLogprobs:
            return
                "optimize.distill needs the teacher's log-probs: set rollout.teacher to its server and run 'assay run', which "
                + "asks it for them"
        case .noCriticValues:
            return
                "\(preset) needs a critic's values: set rollout.critic to its server and run 'assay run', which asks it "
                + "for them"
        case .noSumOfSquares:
            return
                "\(preset) needs the sum of squared probabilities of each token, which the trainer writes into the store "
                + "(table tokens, kind 'sum_pi_sq', source 'trainer')"
        case .noSamplerLogprobs:
            return "\(preset), or its KL penalty, needs the sampler's log-probs: sample from a server that sends them "
                + "(docs/rollout.md)"
        case .noTokenCount:
            return "\(preset), or its shaping, needs token counts, and the server of this run reported none "
                + "(docs/rollout.md)"
        case .missingComponent:
            let names = estimator.componentWeights.needed ?? []
            return "\(preset) needs reward components"
                + (names.isEmpty ? "" : " (\(names.joined(separator: ", ")) by component_weights)")
                + ", and no verdict has them all: take a verifier that gives them, as 'combine' does (docs/verifiers.md)"
        case .noTurnRewards:
            return "\(preset) reads what the environment pays for each turn, and no turn has a reward: set "
                + "overrides.turn_rewards to outcome, or take an environment that pays for turns (docs/environments.md)"
        case .noTurnProgress:
            return
                "\(preset) reads how far the task is after each turn, and this run's environment does not say so: take "
                + "another preset, or an environment with progress (docs/environments.md)"
        case .noTurnStates:
            return
                "\(preset) compares turns that were taken in the same state, and this run's environment does not name its "
                + "states: take mt_grpo or loop, or an environment with state hashes (docs/environments.md)"
        case .noTurnDurations:
            return
                "overrides.turn_shares duration needs to know how long each turn took, and completions of one turn have no "
                + "such times: leave it out"
        case .noGreedyScore:
            return "\(preset) subtracts the greedy completion's score, and the run '\(options.greedyRun ?? "")' of "
                + "optimize.greedy_run has none for these problems: sample and verify it first, with the same verifier"
        case .tooFewSamples where estimator.baseline == .passK && estimator.k > largestGroup:
            return
                "k = \(estimator.k) exceeds the \(largestGroup) samples of the largest group: lower overrides.k or raise "
                + "sampling.n"
        case .notBinary: return "\(preset) takes rewards of 0 and 1, and every group has others: take another preset"
        default: return nil
        }
    }
}
