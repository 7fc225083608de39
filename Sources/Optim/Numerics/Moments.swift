/// Mean, spread and range of a sample, accumulated in two passes so that a large common offset cancels exactly.
struct Moments {
    var count = 0
    var mean = 0.0
    /// Sum of squared deviations from the mean.
    var squares = 0.0
    var minimum = Double.infinity
    var maximum = -Double.infinity

    /// All values are equal: the spread is exactly 0, whatever rounding the mean has.
    var isConstant: Bool { testsEquality && minimum >= maximum }
    private let testsEquality: Bool

    /// Standard deviation with `ddof` degrees of freedom taken off; 0 for constant values, nil for too few.
    func deviation(ddof: Int) -> Double? {
        guard count > ddof else { return nil }
        return isConstant ? 0 : (squares / Double(count - ddof)).squareRoot()
    }

    /// The same, but 0 where the values differ by no more than their rounding: 0.1 + 0.2 is another number than 0.3, and a
    /// division by what is between them would make an advantage of it. Only where equal values are told.
    func significant(ddof: Int) -> Double {
        if testsEquality, maximum - minimum <= 1e-14 * max(abs(maximum), abs(minimum)) { return 0 }
        return deviation(ddof: ddof) ?? 0
    }

    /// The arithmetic says whose rounding the mean has, and whether equal values count as such.
    init(_ values: some Sequence<Double>, arithmetic: Arithmetic = .exact) {
        testsEquality = arithmetic != .plain
        let corrects = arithmetic == .exact || arithmetic == .verl
        var sum = 0.0
        for value in values {
            sum += value
            count += 1
            if value < minimum { minimum = value }
            if value > maximum { maximum = value }
        }
        guard count > 0 else { return }
        if isConstant {
            mean = minimum
            return
        }
        let rough = sum / Double(count)
        var residue = 0.0
        for value in values {
            let deviation = value - rough
            residue += deviation
            squares += deviation * deviation
        }
        mean = corrects ? rough + residue / Double(count) : rough
        if corrects { squares -= residue * residue / Double(count) }
        // What is no number stays none.
        if squares < 0 { squares = 0 }
    }
}
