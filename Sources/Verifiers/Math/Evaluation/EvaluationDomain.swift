/// A ring or field to evaluate expressions in, at one choice of values for the variables.
protocol EvaluationDomain {
    associatedtype Value

    /// Whether exponents need not be exact rationals.
    static var hasInexactPowers: Bool { get }
    /// Steps that an operation and a function take, about 25 ns each.
    static var operationCost: Int { get }
    static var functionCost: Int { get }
    /// Further steps for a long value.
    func extraCost(_ value: Value) -> Int

    func rational(_ value: Rational) throws(EvaluationFailure) -> Value
    func constant(_ constant: Constant) throws(EvaluationFailure) -> Value
    func symbol(_ name: String) throws(EvaluationFailure) -> Value
    /// The exact value a variable has in exponents and in functions of integers; nil when it has none.
    func exact(_ name: String) -> Rational?
    func add(_ left: Value, _ right: Value) throws(EvaluationFailure) -> Value
    func multiply(_ left: Value, _ right: Value) throws(EvaluationFailure) -> Value
    /// A power with an exact exponent; `expression` is the base as written.
    mutating func power(
        _ base: Value, _ exponent: Rational, of expression: Expression
    ) throws(EvaluationFailure) -> Value
    /// A power whose exponent is known in the domain only; for `hasInexactPowers`.
    mutating func power(
        _ base: Value, inexact exponent: Value, of expression: Expression
    ) throws(EvaluationFailure) -> Value
    mutating func call(_ function: Function, _ arguments: [Value]) throws(EvaluationFailure) -> Value
}
