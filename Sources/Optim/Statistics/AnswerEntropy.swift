/// How spread out a group's final answers are.
public struct AnswerEntropy: Sendable, Hashable, Codable {
    /// -sum p ln p over the distinct answers, in nats; biased low for few samples.
    public var entropy: Double
    /// With Miller and Madow's correction, + (distinct - 1) / (2 n).
    public var corrected: Double
    /// Number of distinct answers.
    public var distinct: Int
    /// Chance that two answers drawn with replacement differ, 1 - sum p^2 (Simpson).
    public var simpson: Double

    /// Over the answers that are there; undefined with `noData` when none is.
    public static func of<Label: Hashable>(_ answers_G: [Label?]) -> Statistic<AnswerEntropy> {
        let counts = Dictionary(answers_G.compactMap { $0 }.map { ($0, 1) }, uniquingKeysWith: +).values.sorted()
        let total = Double(counts.reduce(0, +))
        guard total > 0 else { return .failure(.noData) }
        var (entropy, squares) = (0.0, 0.0)
        for count in counts {
            let share = Double(count) / total
            entropy -= share * log(share)
            squares += share * share
        }
        entropy = max(0, entropy)
        return .success(
            AnswerEntropy(
                entropy: entropy, corrected: entropy + Double(counts.count - 1) / (2 * total), distinct: counts.count,
                simpson: max(0, 1 - squares)))
    }
}
