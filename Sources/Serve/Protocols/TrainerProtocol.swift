import Experience
import HTTPTypes

/// The reward protocols that trainers speak and that a verifier answers.
public enum TrainerProtocol: String, Sendable, CaseIterable {
    /// OpenRLHF's remote reward model.
    case openRLHF = "openrlhf"
    /// slime's `remote_rm`.
    case slime
    /// NeMo-Gym's resources server.
    case nemoGym = "nemo_gym"
    /// NeMo-Gym rows with unit tests.
    case nemoGymCode = "nemo_gym_code"
    /// open-instruct's code API.
    case openInstruct = "open_instruct"

    /// The verifier that answers it unless the configuration says otherwise.
    var usualVerifier: String {
        switch self {
        case .openRLHF, .slime, .nemoGym: "math"
        case .nemoGymCode, .openInstruct: "code"
        }
    }

    /// What to paste for each trainer, given where the server is.
    public static func flags(for address: RewardServer.Address) -> [(trainer: String, flag: String)] {
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

extension Verdict {
    /// The reward for a protocol that has no word for "not judged": our own failure is an HTTP error, which trainers try
    /// again, never a number.
    func reward() throws -> Double {
        if let score { return score }
        throw APIError(
            status: .serviceUnavailable, code: outcome.rawValue,
            message: "not judged (\(reason)): \(explanation ?? "see the verifier's log")", retryAfter: 1)
    }
}
