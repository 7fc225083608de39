extension EstimatorPreset {
    /// Estimators of episodes of several turns, by their published name; R is an episode's reward, G_k a turn's discounted return.
    static let ofTurns: [EstimatorPreset] = [
        EstimatorPreset(
            "loop", formula: "(R - m) * n / (n - 1), at sampled tokens alone",
            paper: "Chen et al. 2025 (LOOP), arXiv 2502.01600",
            framework: "apple/ml-loop train.py (_compute_adv_estimates)",
            use: "Episodes with one reward at the end; as rloo."
        ) {
            $0.baseline = .leaveOneOut
            $0.scale = .none
        },
        EstimatorPreset(
            "gigpo", formula: "(R - m) + (G_k - m of the group's turns in the same state); a lone state adds 0",
            paper: "Feng et al. 2025, arXiv 2505.10978", framework: "verl-agent core_gigpo.py (mean_norm)",
            use: "Environments that name their states, where episodes of a group meet again."
        ) {
            $0.scale = .none
            $0.credit = .turnState
            $0.turnGamma = 0.95
        },
        EstimatorPreset(
            "gigpo_std", formula: "as gigpo, both parts over (s + eps)", paper: "Feng et al. 2025, arXiv 2505.10978",
            framework: "verl-agent core_gigpo.py (mean_std_norm), ROLL agentic/utils.py",
            use: "As gigpo, for rewards of any scale."
        ) {
            $0.credit = .turnState
            $0.turnGamma = 0.95
        },
        EstimatorPreset(
            "mt_grpo", formula: "(R - m) / (s + eps) + the same of r_k among the group's turns of that number",
            paper: "Zeng et al. 2025, arXiv 2505.11821", framework: "Multi-Turn-RL-Agent mt_grpo_env_trainer.py",
            use: "Environments that pay for turns, when turns of one number do alike things."
        ) {
            $0.eps = 1e-4
            $0.credit = .turnNumber
            $0.turnRewards = .reward
            $0.turnGamma = 0
        },
        EstimatorPreset(
            "step_reinforce", formula: "(G_k - m) / (s + eps) over all turns of the group",
            paper: "ROLL 2025, arXiv 2506.06122",
            framework: "ROLL agentic/utils.py (step_reinforce)", use: "Environments that pay for turns of any kind."
        ) {
            $0.credit = .turnGroup
            $0.turnRewards = .reward
            $0.turnGamma = 0.95
            $0.episodeWeight = 0
        },
        EstimatorPreset(
            "spa",
            formula:
                "G_k - m among the group's turns of that number, r_k = the progress of turn k and an even share of the "
                + "rest of R",
            paper: "Wang et al. 2025 (SPA), arXiv 2505.20732", framework: "-",
            use: "Environments with progress: a failed episode learns from where it got far."
        ) {
            $0.scale = .none
            $0.credit = .turnNumber
            $0.turnRewards = .progress
            $0.episodeWeight = 0
        },
        EstimatorPreset(
            "turn_gae",
            formula: "whiten(A_k), A_k = d_k + gamma lambda A_(k+1), d_k = r_k + gamma V_(k+1) - V_k over turns",
            paper: "Wang et al. 2025 (VAGEN), arXiv 2510.16907", framework: "VAGEN core_algos.py (turn_wise_gae)",
            use: "PPO with a value model that judges whole turns."
        ) {
            $0.baseline = .none
            $0.scale = .none
            $0.credit = .turnGAE
            $0.whitening = .sample
        },
        EstimatorPreset(
            "bi_level_gae",
            formula: "whiten(A_t), GAE over turns, then inside each turn with the turn's return as its reward",
            paper: "Wang et al. 2025 (RAGEN), arXiv 2504.20073", framework: "RAGEN, VAGEN core_algos.py (bi_level_gae)",
            use: "PPO with a value model, long turns and a discount per turn."
        ) {
            $0.baseline = .none
            $0.scale = .none
            $0.credit = .biLevelGAE
            $0.whitening = .sample
        },
    ]

    /// What single frameworks do differently with them.
    static let ofTurnsByFramework: [EstimatorPreset] = [
        variant(
            "gigpo@verl-agent", framework: "verl-agent core_gigpo.py (mean_norm)",
            formula: "as gigpo of the environment's turn rewards; m of the episodes by their turns; a lone turn gets R"
        ) {
            $0.episodesByTurns = true
            $0.singleton = .score
            $0.turnRewards = .reward
        },
        variant(
            "gigpo_std@verl-agent", framework: "verl-agent core_gigpo.py (mean_std_norm)",
            formula:
                "as gigpo_std of the environment's turn rewards; m and s of the episodes by their turns; a lone turn gets R / (1 + eps)"
        ) {
            $0.episodesByTurns = true
            $0.singleton = .score
            $0.turnRewards = .reward
        },
        variant(
            "bi_level_gae@ragen", framework: "RAGEN core_algos.py",
            formula: "as bi_level_gae; count + 1e-8 in whitening"
        ) { $0.arithmetic = .verl },
    ]
}
