extension AnswerEquality {
    /// This with the tolerance of one part of the gold, where parts have their own.
    func part(_ place: Int, of count: Int) -> AnswerEquality {
        guard let tolerance = options.tolerance, tolerance.isByPart else { return self }
        var part = self
        part.options.tolerance = tolerance.part(place, of: count)
        part.leaves.options.tolerance = part.options.tolerance
        return part
    }

    /// The region, its ends within the tolerance of one of the gold's moved there.
    func settled(_ region: RealRegion, _ gold: RealRegion) -> RealRegion {
        if options.tolerance == nil { return region }
        var region = region
        region.endpoints = region.endpoints.map { end in
            gold.endpoints.first { leaves.compare(gold: $0, prediction: end).isEqual } ?? end
        }
        return region
    }
}
