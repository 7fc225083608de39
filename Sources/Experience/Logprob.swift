/// What counts as the log-probability of a sampled token.
public enum Logprob {
    /// The least that does. Servers write log 0 as -9999 (vLLM) or as the least float (SGLang): no ratio can be formed with
    /// either, and one of them would be every mean.
    public static let least: Float = -1000

    /// Whether `value` is one: from `least` to 0, so neither infinite nor NaN.
    public static func isOne(_ value: Float) -> Bool { value >= least && value <= 0 }

    /// Why importance ratios must not use a completion with these, by its first number that is none; nil when all are.
    public static func obstacle(in logprobs_T: [Float]) -> String? {
        guard let token = logprobs_T.firstIndex(where: { !isOne($0) }) else { return nil }
        return
            "the log-prob of token \(token) is \(logprobs_T[token]), which no sampled token has: no ratio can be formed"
    }
}
