import Optim

extension Comparison {
    /// A row for each k: its name, both sides, the difference in points with its interval, and the problems.
    var curveCells: [[String]] {
        let first = Dictionary(uniqueKeysWithValues: self.first.figures.curve.map { ($0.k, $0.pass) })
        let second = Dictionary(uniqueKeysWithValues: self.second.figures.curve.map { ($0.k, $0.pass) })
        return curve.map { point in
            let estimate = point.difference
            return [
                "pass@\(point.k)", Format.percent(first[point.k]?.value), Format.percent(second[point.k]?.value),
                estimate.value.map(Format.signedPoints) ?? Format.none,
                estimate.interval.map { "\(Format.signedPoints($0.lower)) to \(Format.signedPoints($0.upper))" }
                    ?? Format.none, Format.count(estimate.problems),
            ]
        }
    }
}
