extension TrainerProtocol {
    /// What to paste for each trainer, given where the server is.
    public static func flags(for address: ServerAddress) -> [(trainer: String, flag: String)] {
        let baseURL = address.baseURL
        return [
            ("OpenRLHF", "--reward.remote_url \(baseURL)/get_reward"),
            ("slime", "--rm-type remote_rm --rm-url \(baseURL)/slime"),
            ("verl", "reward.sandbox_fusion.url=\(baseURL)/run_code"),
            ("open-instruct", "--code_api_url \(baseURL)/test_program"),
            (
                "NeMo-Gym",
                "--search-dir deploy/nemo-gym --resources-server assay ++assay.resources_servers.assay.port=\(address.port)"
            ),
            ("TRL, AReaL, verl", "assay.rewards (python/) with ASSAY_URL=\(baseURL)"),
        ]
    }
}
