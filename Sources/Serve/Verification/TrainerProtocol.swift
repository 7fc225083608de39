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
    /// ROLL's remote reward system.
    case roll
    /// LLaMA-Factory's reward model behind an API, which sends no golds.
    case llamaFactory = "llama_factory"

    /// The verifier that answers it unless the configuration says otherwise; nil: it must be named.
    var usualVerifier: String? {
        switch self {
        case .openRLHF, .slime, .nemoGym, .roll: "math"
        case .nemoGymCode, .openInstruct: "code"
        case .llamaFactory: nil
        }
    }
}
