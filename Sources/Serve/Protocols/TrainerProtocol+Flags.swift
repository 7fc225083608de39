extension TrainerProtocol {
    /// What to paste for each trainer, given where the server is.
    public static func flags(for address: ServerAddress) -> [(trainer: String, flag: String)] {
        let baseURL = address.baseURL
        return [
            ("OpenRLHF", "--reward.remote_url \(baseURL)/get_reward"),
            ("slime", "--rm-type remote_rm --rm-url \(baseURL)/slime"),
            ("verl", "reward.sandbox_fusion.url=\(baseURL)/run_code"),
            ("SkyRL, tinker", "SandboxFusion's address: \(baseURL)/run_code"),
            ("open-r1", "--e2b_router_url \(baseURL.dropFirst(7)) (or morph_router_url)"),
            ("NeMo-Skills", "NEMO_SKILLS_SANDBOX_HOST and NEMO_SKILLS_SANDBOX_PORT=\(address.port)"),
            ("ROLL", "submit_url \(baseURL)/roll/submit_task, get_result_url \(baseURL)/roll/task_result"),
            ("LLaMA-Factory", "reward_model_type: api, reward_model: \(baseURL)/llama_factory"),
            ("open-instruct", "--code_api_url \(baseURL)/test_program"),
            (
                "NeMo-Gym",
                "--search-dir deploy/nemo-gym --resources-server assay ++assay.resources_servers.assay.port=\(address.port)"
            ),
            ("TRL, AReaL, verl", "assay.rewards (python/) with ASSAY_URL=\(baseURL)"),
        ]
    }
}
