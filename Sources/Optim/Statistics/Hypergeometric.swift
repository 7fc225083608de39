import Numbers

/// The number of marked items among `draws` drawn without replacement from `population` items.
struct Hypergeometric {
    /// (number of marked items, probability) over the support, ascending, summing to 1.
    let masses: [(index: Int, mass: Double)]

    init(population: Int, marked: Int, draws: Int) {
        let lowest = max(0, draws - (population - marked))
        let highest = min(draws, marked)
        // Ratios of neighbours from the mode outward: no factorial, no underflow where it matters.
        let mode = Int(
            clamping: Double(draws + 1) * Double(marked + 1) / Double(population + 2), to: lowest...highest, .down)
        func ratio(_ j: Int) -> Double {
            Double(marked - j) / Double(j + 1) * (Double(draws - j) / Double(population - marked - draws + j + 1))
        }
        var weights = [Double](repeating: 0, count: highest - lowest + 1)
        weights[mode - lowest] = 1
        var weight = 1.0
        for j in stride(from: mode, to: highest, by: 1) {
            weight *= ratio(j)
            weights[j + 1 - lowest] = weight
        }
        weight = 1
        for j in stride(from: mode - 1, through: lowest, by: -1) {
            weight /= ratio(j)
            weights[j - lowest] = weight
        }
        let total = weights.reduce(0, +)
        masses = weights.enumerated().map { (lowest + $0.offset, $0.element / total) }
    }

    /// Probability of at least `count` marked items.
    func tail(from count: Int) -> Double {
        let above = masses.lazy.filter { $0.index >= count }.reduce(0) { $0 + $1.mass }
        let below = masses.lazy.filter { $0.index < count }.reduce(0) { $0 + $1.mass }
        return above <= below ? above : 1 - below
    }
}
