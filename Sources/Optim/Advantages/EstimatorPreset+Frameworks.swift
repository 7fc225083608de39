extension EstimatorPreset {
    /// What single frameworks do differently, with their constants.
    static let frameworks: [EstimatorPreset] = [
        variant("grpo@verl", framework: "verl core_algos.py", formula: "as grpo; a lone row gets r / (1 + eps)") {
            $0.singleton = .score
            $0.arithmetic = .verl
        },
        variant("grpo@trl", framework: "TRL grpo_trainer.py", formula: "as grpo, eps 1e-4; a lone row gets 0") {
            $0.arithmetic = .trl
            $0.eps = 1e-4
            $0.singleton = .zero
        },
        variant(
            "gdpo@trl", framework: "TRL grpo_trainer.py (normalize_then_sum)",
            formula: "as gdpo with eps 1e-4, then (A - mean) / (S + eps) over the batch's rows"
        ) {
            $0.eps = 1e-4
            $0.singleton = .zero
            $0.whitening = .none
            $0.arithmetic = .trl
        },
        variant(
            "grpo@torchtune", framework: "torchtune grpo_full_finetune_distributed.py",
            formula: "as grpo, eps 1e-4"
        ) { $0.eps = 1e-4 },
        variant("grpo@slime", framework: "slime rollout.py", formula: "as grpo") { _ in },
        variant(
            "grpo@openrlhf", framework: "OpenRLHF experience_maker.py (group_norm)",
            formula: "as grpo, eps 1e-9; reward-to-go of it and of the KL penalty"
        ) {
            $0.eps = 1e-9
            $0.arithmetic = .plain
            $0.credit = .rewardToGo
        },
        variant(
            "dr_grpo@openrlhf", framework: "OpenRLHF experience_maker.py",
            formula: "as dr_grpo; reward-to-go of it and of the KL penalty"
        ) { $0.credit = .rewardToGo },
        variant(
            "rloo@openrlhf", framework: "OpenRLHF experience_maker.py",
            formula: "as rloo; reward-to-go of it and of the KL penalty"
        ) {
            $0.credit = .rewardToGo
            $0.arithmetic = .plain
        },
        variant(
            "reinforce++@openrlhf", framework: "OpenRLHF experience_maker.py (reinforce)",
            formula: "reward-to-go, whitened with the population variance"
        ) {
            $0.gap = .zero
            $0.whitening = .population
        },
        variant(
            "reinforce++-baseline@openrlhf", framework: "OpenRLHF experience_maker.py (reinforce_baseline)",
            formula: "reward-to-go of r - m, whitened with the population variance"
        ) {
            $0.credit = .rewardToGo
            $0.whitening = .population
        },
        variant(
            "gae@openrlhf", framework: "OpenRLHF experience_maker.py",
            formula: "as gae; tokens outside the mask have value 0; population variance"
        ) {
            $0.gap = .zero
            $0.whitening = .population
        },
        variant("dr_grpo@verl", framework: "verl core_algos.py", formula: "as dr_grpo; a lone row gets r") {
            $0.singleton = .score
        },
        variant("rloo@verl", framework: "verl core_algos.py", formula: "as rloo; a lone row gets r") {
            $0.singleton = .score
            $0.arithmetic = .verl
        },
        variant(
            "rloo@skyrl", framework: "SkyRL ppo_utils.py, verl core_algos.py (vectorized)",
            formula: "as rloo; a lone row gets 0"
        ) { $0.singleton = .zero },
        variant(
            "maxrl@skyrl", framework: "SkyRL ppo_utils.py",
            formula: "as maxrl, also where the mean is negative; a lone row gets r"
        ) {
            $0.singleton = .score
            $0.requiresPositiveMean = false
        },
        variant("opo@verl", framework: "verl core_algos.py", formula: "as opo; a lone row gets r") {
            $0.singleton = .score
        },
        variant(
            "gpg@verl", framework: "verl core_algos.py",
            formula: "as gpg; alpha in single precision; a lone row gets alpha * r"
        ) {
            $0.singleton = .score
            $0.arithmetic = .verl
        },
        variant(
            "reinforce++-baseline@verl", framework: "verl core_algos.py",
            formula: "as reinforce++-baseline; a lone row has baseline 0; count + 1e-8 in whitening"
        ) {
            $0.singleton = .score
            $0.arithmetic = .verl
        },
        variant(
            "reinforce++@verl", framework: "verl core_algos.py", formula: "as reinforce++; count + 1e-8 in whitening"
        ) {
            $0.arithmetic = .verl
        },
        variant(
            "reinforce++-baseline@nemo", framework: "NeMo RL advantage_estimator.py",
            formula: "as reinforce++-baseline with the population variance"
        ) {
            $0.singleton = .score
            $0.whitening = .population
        },
        variant("gae@verl", framework: "verl core_algos.py", formula: "as gae; count + 1e-8 in whitening") {
            $0.arithmetic = .verl
        },
        variant("gdpo@verl", framework: "verl core_algos.py", formula: "as gdpo; count + 1e-8 in whitening") {
            $0.singleton = .score
            $0.arithmetic = .verl
        },
        variant(
            "grpo@nemo", framework: "NeMo RL advantage_estimator.py (no leave-one-out)",
            formula: "as grpo; a lone row gets 0"
        ) { $0.singleton = .zero },
        variant(
            "grpo@open-instruct", framework: "open-instruct data_loader.py (standard)",
            formula: "as grpo, population deviation, eps 1e-8"
        ) {
            $0.ddof = 0
            $0.eps = 1e-8
            $0.singleton = .zero
            $0.arithmetic = .plain
        },
        variant("dr_grpo@open-instruct", framework: "open-instruct data_loader.py (centered)", formula: "as dr_grpo") {
            $0.singleton = .zero
        },
        variant(
            "grpo@areal", framework: "AReaL Normalization",
            formula: "as grpo, eps 1e-5; the spread is taken around the baseline"
        ) {
            $0.eps = 1e-5
            $0.scalesAroundBaseline = true
        },
        variant(
            "grpo@rllm", framework: "rLLM rl_algo.py",
            formula: "as grpo with the population deviation; a lone row gets r / (1 + eps)"
        ) {
            $0.ddof = 0
            $0.singleton = .score
        },
        variant("rloo@rllm", framework: "rLLM rl_algo.py", formula: "as rloo; a lone row gets r") {
            $0.singleton = .score
        },
        variant(
            "reinforce++-baseline@rllm", framework: "rLLM advantage.py",
            formula: "(r - m) / (S + eps), S the population deviation of all r - m"
        ) {
            $0.whitening = .none
            $0.scale = .batch
            $0.scalesAroundBaseline = true
            $0.ddof = 0
            $0.singleton = .zero
        },
        variant(
            "gdpo@nemo", framework: "NeMo RL advantage_estimator.py (leave-one-out, normalised)",
            formula: "sum of the components' nemo advantages, then (A - mean) / S over the batch's rows, without eps"
        ) {
            $0.baseline = .leaveOneOut
            $0.scale = .leaveOneOut
            $0.singleton = .zero
            $0.whitening = .none
            $0.batchEps = 0
        },
        variant("grpo@swift", framework: "ms-swift advantage.py", formula: "as grpo, eps 1e-4; a lone row gets 0") {
            $0.eps = 1e-4
            $0.singleton = .zero
        },
        variant("rloo@swift", framework: "ms-swift advantage.py", formula: "as rloo; a lone row gets 0") {
            $0.singleton = .zero
            $0.arithmetic = .verl
        },
        variant(
            "reinforce++-baseline@swift", framework: "ms-swift advantage.py (reinforce_plus_plus, batch)",
            formula: "(r - m) / (S + eps), S the sample deviation of all r - m"
        ) {
            $0.whitening = .none
            $0.scale = .batch
            $0.scalesAroundBaseline = true
            $0.eps = 1e-4
            $0.singleton = .zero
        },
        variant(
            "gdpo@swift", framework: "ms-swift advantage.py (scale_rewards gdpo)",
            formula: "as gdpo with eps 1e-8, then (A - mean) / (S + eps) over the batch's rows"
        ) {
            $0.eps = 1e-8
            $0.whitening = .none
            $0.batchEps = 1e-8
            $0.singleton = .zero
        },
        variant("grpo@skyrl", framework: "SkyRL ppo_utils.py", formula: "as grpo; a lone row gets r / (1 + eps)") {
            $0.singleton = .score
        },
        variant("dr_grpo@skyrl", framework: "SkyRL ppo_utils.py", formula: "as dr_grpo; a lone row gets r") {
            $0.singleton = .score
        },
        variant(
            "gae@skyrl", framework: "SkyRL ppo_utils.py",
            formula: "as gae; tokens that the policy was given are steps too, with their values"
        ) { $0.gap = .step },
        variant(
            "dr_grpo@prime", framework: "prime-rl grpo.py, hierarchical_grpo.py",
            formula: "as dr_grpo; a lone row gets 0"
        ) { $0.singleton = .zero },
        variant("maxrl@prime", framework: "prime-rl max_rl", formula: "as maxrl, eps 0") { $0.eps = 0 },
    ]
}
