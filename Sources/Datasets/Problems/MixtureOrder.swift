internal import Experience
internal import Numbers

/// The order of a mixture: datasets by their weights, each through its problems again and again, every problem once per
/// pass, in another random order each time when there is a seed.
struct MixtureOrder: Sendable {
    /// One dataset of the mixture.
    struct Part: Sendable {
        var problems: [Problem]
        var weight: Double
    }

    private let parts: [Part]
    private let seed: UInt64?
    private var remaining: Int
    private var taken: [Int]
    private var passes: [[Int]]

    /// As many problems as all parts have, `epochs` times.
    init(_ parts: [Part], epochs: Int, seed: UInt64?) {
        self.parts = parts.filter { !$0.problems.isEmpty }
        self.seed = seed
        remaining = epochs.multipliedSaturated(by: self.parts.reduce(0) { $0 + $1.problems.count })
        taken = self.parts.map { _ in 0 }
        passes = []
        passes = self.parts.indices.map { pass(of: $0, number: 0) }
    }

    /// Up to `count` further problems.
    mutating func next(_ count: Int) -> [Problem] {
        let batch = min(count, remaining)
        remaining -= batch
        return (0..<batch).map { _ in nextProblem() }
    }

    private mutating func nextProblem() -> Problem {
        // The dataset that is furthest behind its share.
        let part = parts.indices.min { lag(of: $0) < lag(of: $1) } ?? 0
        let size = parts[part].problems.count
        let place = taken[part] % size
        if place == 0, taken[part] > 0 { passes[part] = pass(of: part, number: taken[part] / size) }
        taken[part] += 1
        return parts[part].problems[passes[part][place]]
    }

    private func lag(of part: Int) -> Double { Double(taken[part] + 1) / parts[part].weight }

    private func pass(of part: Int, number: Int) -> [Int] {
        let order = Array(parts[part].problems.indices)
        guard let seed else { return order }
        var random = SplitMix64(state: seed &+ UInt64(part) &* 0x1_0000_0001 &+ UInt64(number) &* 0x9E37_79B9)
        return order.shuffled(using: &random)
    }
}
