/// Whether an answer needs no further work: for the strict option.
enum Simplicity {
    /// A literal in lowest terms, or the same shape as the gold.
    static func isSimple(_ prediction: Expression, like gold: Expression) -> Bool {
        if prediction == gold || prediction.literal != nil { return true }
        return shape(prediction) == shape(gold)
    }

    // The tree with its numbers blanked out.
    private static func shape(_ expression: Expression) -> Expression {
        expression.literal == nil ? expression.mapChildren(shape) : .zero
    }
}
