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
}
