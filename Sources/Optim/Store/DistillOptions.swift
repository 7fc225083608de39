public import Experience

/// The section `optimize.distill`: on-policy distillation. From each token's advantage a share of the reverse KL from a teacher is
/// taken: A_t - coefficient * d_t, d_t = logp - logp of the teacher (tinker-cookbook, slime, verl, rLLM).
public struct DistillOptions: Codable, Sendable, Hashable {
    /// Weight of the teacher; 0 is without one.
    public var coefficient = 0.0
    /// d_t is held to +- this; nil leaves it (rLLM: 5).
    public var clip: Double?
    /// Subtracts the mean of d_t over the window's tokens, so that advantages keep their mean (tinker-cookbook).
    public var centers = false
    /// Discount of later tokens' d_u in d_t, in [0, 1]; 0 takes the token alone.
    public var discount = 0.0

    /// The defaults above.
    public init() {}

    enum CodingKeys: String, CodingKey {
        case coefficient, clip, discount
        case centers = "center"
    }

    /// Absent keys keep their defaults.
    public init(from decoder: any Decoder) throws {
        let keyed = try decoder.container(keyedBy: CodingKeys.self)
        coefficient = try keyed.decodeIfPresent(Double.self, forKey: .coefficient) ?? coefficient
        clip = try keyed.decodeIfPresent(Double.self, forKey: .clip)
        centers = try keyed.decodeIfPresent(Bool.self, forKey: .centers) ?? centers
        discount = try keyed.decodeIfPresent(Double.self, forKey: .discount) ?? discount
    }

    /// Keys of the section.
    public static let fields: [ConfigField] = [
        ConfigField(
            "coefficient", "takes this times logp - logp of rollout.teacher from each token's advantage; 0 is off"),
        ConfigField("clip", "bound of that difference, both ways"),
        ConfigField("center", "subtract its mean over the step's tokens first"),
        ConfigField("discount", "weight of the next token's difference in a token's, and so on; 0 takes each alone"),
    ]

    /// Whether a teacher is asked for.
    public var isActive: Bool { coefficient != 0 }

    /// Throws `ConfigProblem`.
    public func validate() throws {
        guard coefficient >= 0, coefficient <= 1e6 else {
            throw ConfigProblem("distill.coefficient", "must be from 0 to 1e6")
        }
        if let clip, !(clip > 0 && clip.isFinite) { throw ConfigProblem("distill.clip", "must be above 0") }
        guard (0...1).contains(discount) else { throw ConfigProblem("distill.discount", "must be in [0, 1]") }
        if !isActive, clip != nil || centers || discount != 0 {
            throw ConfigProblem("distill.coefficient", "is 0: the section's other keys have no effect without it")
        }
    }

    /// What is added to the advantage of each token of these rows; log-probs are flat in the layout's order.
    func bonuses(logprobs_T: [Double], teacher_T: [Double], layout: TokenLayout, rows: [Int]) -> [Double] {
        var bonuses_T = [Double](repeating: 0, count: layout.tokens)
        var (sum, count) = (0.0, 0)
        for row in rows {
            for token in layout[row] where layout.mask_T[token] {
                let difference = logprobs_T[token] - teacher_T[token]
                bonuses_T[token] = clip.map { min($0, max(-$0, difference)) } ?? difference
                sum += bonuses_T[token]
                count += 1
            }
        }
        let mean = centers && count > 0 ? sum / Double(count) : 0
        for row in rows {
            var later = 0.0
            for token in layout[row].reversed() where layout.mask_T[token] {
                later = (mean - bonuses_T[token]) + discount * later
                bonuses_T[token] = coefficient * later
            }
        }
        return bonuses_T
    }
}
