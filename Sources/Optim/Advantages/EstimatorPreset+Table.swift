extension EstimatorPreset {
    /// Every preset: first the estimators by their published name, then what single frameworks do differently.
    public static let all: [EstimatorPreset] = published + ofTurns + frameworks + ofTurnsByFramework

    private static let published: [EstimatorPreset] = [
        EstimatorPreset(
            "grpo", formula: "(r - m) / (s + eps)", paper: "Shao et al. 2024, arXiv 2402.03300",
            framework: "verl core_algos.py, slime, ROLL",
            use: "The default: scores of any scale, groups of at least 4."
        ) { _ in },
        EstimatorPreset(
            "dr_grpo", formula: "r - m", paper: "Liu et al. 2025, arXiv 2503.20783",
            framework: "verl core_algos.py (norm_adv_by_std_in_grpo = false), prime-rl",
            use: "Removes the bias toward very easy and very hard problems; pair it with a constant loss divisor."
        ) { $0.scale = .none },
        EstimatorPreset(
            "rloo", formula: "(r - m) * n / (n - 1)", paper: "Ahmadian et al. 2024, arXiv 2402.14740",
            framework: "verl core_algos.py, OpenRLHF experience_maker.py, SkyRL ppo_utils.py",
            use: "Unbiased baseline without scaling; small groups."
        ) {
            $0.baseline = .leaveOneOut
            $0.scale = .none
        },
        EstimatorPreset(
            "reinforce++", formula: "whiten(sum of gamma^(u-t) * r_u over u >= t)",
            paper: "Hu et al. 2025, arXiv 2501.03262", framework: "verl core_algos.py",
            use: "One completion per problem, with a per-token penalty in the reward."
        ) {
            $0.baseline = .none
            $0.scale = .none
            $0.credit = .rewardToGo
            $0.whitening = .sample
        },
        EstimatorPreset(
            "reinforce++-baseline", formula: "whiten(r - m)", paper: "Hu et al. 2025, arXiv 2501.03262",
            framework: "verl core_algos.py, NeMo RL advantage_estimator.py",
            use: "Groups of mixed difficulty, where the scale of single groups is noisy."
        ) {
            $0.scale = .none
            $0.whitening = .sample
        },
        EstimatorPreset(
            "lite_ppo", formula: "(r - m) / (S + eps), S over the batch",
            paper: "Liu et al. 2025 (Tricks or Traps), arXiv 2508.08221", framework: "ROLL functionals.py",
            use: "Like grpo, without amplifying groups that are nearly uniform."
        ) { $0.scale = .batch },
        EstimatorPreset(
            "remax", formula: "sum of r_u over u >= t, minus r(greedy)", paper: "Li et al. 2023, arXiv 2310.10505",
            framework: "verl core_algos.py", use: "One sampled and one greedy completion per problem."
        ) {
            $0.baseline = .greedy
            $0.scale = .none
            $0.credit = .rewardToGo
        },
        EstimatorPreset(
            "opo", formula: "r - sum(len * r) / sum(len)", paper: "Hao et al. 2025, arXiv 2505.23585",
            framework: "verl core_algos.py", use: "On-policy steps with completions of very different lengths."
        ) {
            $0.baseline = .lengthWeighted
            $0.scale = .none
        },
        EstimatorPreset(
            "gpg", formula: "alpha * (r - m) / f_norm, alpha = N / max(1, rows with r != 0)",
            paper: "Chu et al. 2025, arXiv 2504.02546", framework: "verl core_algos.py",
            use: "Plain policy gradient; alpha makes up for rows without signal."
        ) {
            $0.scale = .none
            $0.gpgNorm = 1
        },
        EstimatorPreset(
            "grpo_passk", formula: "best row: (r1 - r2) / (s + eps), others 0",
            paper: "Tang et al. 2025, arXiv 2503.19595", framework: "verl core_algos.py",
            use: "Training for pass@k with graded rewards."
        ) {
            $0.baseline = .runnerUp
            $0.singleton = .refused
        },
        EstimatorPreset(
            "passk_training",
            formula: "rho = 1 - C(n-c,k)/C(n,k), s = sqrt(rho(1-rho)); right: (1-rho)/(s+eps); "
                + "wrong: (1-rho-C(n-c-1,k-1)/C(n-1,k-1))/(s+eps)",
            paper: "Chen et al. 2025, arXiv 2508.10751", framework: "RUCAIBox/Passk_Training passk_adv.py",
            use: "Training for pass@k with 0/1 rewards; keeps exploration. Set k."
        ) {
            $0.baseline = .passK
            $0.scale = .passK
            $0.k = 2
        },
        EstimatorPreset(
            "maxrl", formula: "(r - m) / (m + eps)", paper: "arXiv 2602.02710", framework: "SkyRL ppo_utils.py",
            use: "0/1 rewards, to raise the likelihood of success on hard problems."
        ) { $0.scale = .mean },
        EstimatorPreset(
            "nemo", formula: "(r - m') / (s' + eps), m' and s' of the other rows; not divided where s' = 0",
            paper: "Ahmadian et al. 2024, arXiv 2402.14740, with a scale",
            framework: "NeMo RL advantage_estimator.py (leave-one-out baseline, normalised)",
            use: "To continue a NeMo RL experiment; a lone success is not divided."
        ) {
            $0.baseline = .leaveOneOut
            $0.scale = .leaveOneOut
            $0.singleton = .zero
        },
        EstimatorPreset(
            "gdpo", formula: "whiten(sum of w_j (r_j - m_j) / (s_j + eps))", paper: "arXiv 2601.05242",
            framework: "verl core_algos.py", use: "Several reward components of different scale."
        ) {
            $0.normalizesComponents = true
            $0.whitening = .sample
        },
        EstimatorPreset(
            "rae", formula: "r - b, b <- decay * b + (1 - decay) * r per role", paper: "SPIRAL, arXiv 2506.24119",
            framework: "prime-rl", use: "Self-play and other tasks where roles, not problems, share a baseline."
        ) {
            $0.baseline = .running
            $0.scale = .none
            $0.decay = 0.95
        },
        EstimatorPreset(
            "running_norm", formula: "(r - M) / (S + eps), M and S over all scores of the problem's domain so far",
            paper: "ROLL 2025, arXiv 2506.06122",
            framework: "ROLL functionals.py (norm_mean_type, norm_std_type running)",
            use: "One completion per problem, domains of different difficulty."
        ) {
            $0.baseline = .domain
            $0.scale = .domain
        },
        EstimatorPreset(
            "spo",
            formula: "(A - M) / (S + eps) over the batch's rows, A = r - a / (a + b) of the problem so far; then "
                + "a <- decay * a + r, b <- decay * b + 1 - r, from 0.5 and 0.5",
            paper: "Xu and Ding 2025 (Single-stream Policy Optimization), arXiv 2509.13232",
            framework: "verl-recipe spo_ray_trainer.py (rho constant, offline_N 0)",
            use: "One completion per problem over several epochs: no group to wait for, none without a signal."
        ) {
            $0.baseline = .tracker
            $0.scale = .none
            $0.decay = 0.9
            $0.normalizesRows = true
            $0.eps = 1e-8
        },
        EstimatorPreset(
            "otb", formula: "G_t - B_t, B_t = sum(G_t W_t) / sum(W_t), W_t = sum over u <= t of (1 - 2 p + sum p^2)",
            paper: "Optimal token baseline, verl recipe", framework: "verl core_algos.py",
            use: "Long completions, when the trainer reports the sum of squared probabilities."
        ) {
            $0.baseline = .none
            $0.scale = .none
            $0.credit = .optimalToken
            $0.eps = 1e-8
        },
        EstimatorPreset(
            "tir_otb", formula: "as otb, over tokens aligned by turn", paper: "Optimal token baseline, verl recipe",
            framework: "verl core_algos.py", use: "As otb, for conversations with tools."
        ) {
            $0.baseline = .none
            $0.scale = .none
            $0.credit = .optimalTurnToken
            $0.eps = 1e-8
        },
        EstimatorPreset(
            "gae", formula: "whiten(A_t), A_t = d_t + gamma lambda A_(t+1), d_t = r_t + gamma V_(t+1) - V_t",
            paper: "Schulman et al. 2015, arXiv 1506.02438", framework: "verl core_algos.py, NeMo RL, AReaL",
            use: "PPO with a value model."
        ) {
            $0.baseline = .none
            $0.scale = .none
            $0.credit = .gae
            $0.whitening = .sample
        },
        EstimatorPreset(
            "vapo", formula: "as gae with lambda 1 - 1 / (alpha len), value targets with lambda 1",
            paper: "Yue et al. 2025, arXiv 2504.05118", framework: "NeMo RL advantage_estimator.py, AReaL",
            use: "PPO over completions of very different lengths."
        ) {
            $0.baseline = .none
            $0.scale = .none
            $0.credit = .gae
            $0.whitening = .sample
            $0.lengthAlpha = 0.05
            $0.valueLambda = 1
        },
        EstimatorPreset(
            "reinforce", formula: "r", paper: "Williams 1992",
            framework: "rLLM advantage.py, NeMo RL (raw reward), ROLL",
            use: "Rewards that have their baseline already, as 1 and -1."
        ) {
            $0.baseline = .none
            $0.scale = .none
        },
        EstimatorPreset(
            "prpo", formula: "(r - M) / (S + eps), M and S over the batch", paper: "rLLM, continual learning 2026",
            framework: "rLLM advantage.py", use: "One completion per problem."
        ) {
            $0.baseline = .batch
            $0.scale = .batch
            $0.ddof = 0
        },
        EstimatorPreset(
            "a_star_po", formula: "r - b log(mean(exp(r / b)))", paper: "Brantley et al. 2025, arXiv 2505.20686",
            framework: "TRL a2po",
            use: "The optimal value of a KL-regularised policy as the baseline; set temperature b."
        ) {
            $0.baseline = .softMean
            $0.scale = .none
        },
        EstimatorPreset(
            "w_reinforce", formula: "right answers (r = 1): 0.1, wrong ones (r = 0): -1",
            paper: "Zhu et al. 2025, arXiv 2506.01347", framework: "the paper's code",
            use: "0/1 rewards, to keep pass@k: wrong answers teach most."
        ) {
            $0.baseline = .constant
            $0.constant = 0.5
            $0.scale = .none
            $0.positiveWeight = 0.2
            $0.negativeWeight = 2
        },
        EstimatorPreset(
            "topr", formula: "right answers (r = 1): 1, wrong ones (r = 0): -1",
            paper: "Le Roux et al. 2025, arXiv 2503.14286", framework: "ROLL",
            use: "0/1 rewards off policy; the trainer truncates the ratios of negative advantages at 1."
        ) {
            $0.baseline = .constant
            $0.constant = 0.5
            $0.scale = .none
            $0.positiveWeight = 2
            $0.negativeWeight = 2
        },
    ]

    // What a framework does differently from the published row above.
    static func variant(
        _ name: String, framework: String, formula: String, _ change: @escaping (inout AdvantageEstimator) -> Void
    ) -> EstimatorPreset {
        let family = name.prefix { $0 != "@" }
        let base = (published + ofTurns).first { $0.name == family }
        return EstimatorPreset(
            name, formula: formula, paper: base?.paper ?? "", framework: framework,
            use: "To continue an experiment of that framework."
        ) {
            if let base { $0 = base.estimator }
            $0.preset = name
            change(&$0)
        }
    }
}
