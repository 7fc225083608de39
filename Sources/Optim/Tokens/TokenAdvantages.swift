/// Advantages and returns per token; meaningful at loss tokens.
public struct TokenAdvantages: Sendable {
    /// What multiplies the gradient of the token's log-probability.
    public var advantages_T: [Double]
    /// Target of a value model; empty where the credit has none.
    public var returns_T: [Double]

    /// Room to be filled; empty at first, and reused afterwards.
    public init(advantages_T: [Double] = [], returns_T: [Double] = []) {
        self.advantages_T = advantages_T
        self.returns_T = returns_T
    }
}
