public import Experience
import Numbers

/// How many policy versions behind the trainer each token was sampled.
public enum Staleness {
    /// Staleness per token of one completion; nil where no span says which version sampled it.
    ///
    /// Throws for spans outside the completion, overlapping spans, or a version newer than the trainer's.
    public static func tokens(spans: [WeightSpan], count: Int, trainerVersion: Int) throws -> [Int?] {
        var staleness_T = [Int?](repeating: nil, count: count)
        for span in spans {
            guard span.tokens.lowerBound >= 0, span.tokens.upperBound <= count else {
                throw OptimError("version span \(span.tokens) is outside the completion's \(count) tokens")
            }
            guard span.version <= trainerVersion else {
                throw OptimError("tokens of version \(span.version) are newer than the trainer's \(trainerVersion)")
            }
            let behind = span.behind(trainerVersion)
            for token in span.tokens {
                guard staleness_T[token] == nil else { throw OptimError("version spans overlap at token \(token)") }
                staleness_T[token] = behind
            }
        }
        return staleness_T
    }

    /// Whether spans lie in a completion of `count` tokens, apart from each other, and have versions that fit 32 bits.
    static func isReadable(_ spans: [WeightSpan], count: Int) -> Bool {
        let sorted = spans.sorted { $0.tokens.lowerBound < $1.tokens.lowerBound }
        let areApart = zip(sorted, sorted.dropFirst()).allSatisfy { $0.tokens.upperBound <= $1.tokens.lowerBound }
        return areApart && (sorted.first?.tokens.lowerBound ?? 0) >= 0
            && sorted.allSatisfy { $0.tokens.upperBound <= count && Int32(exactly: $0.version) != nil }
    }

    /// The most stale token of a completion, nil when nothing is known.
    public static func worst(spans: [WeightSpan], trainerVersion: Int) -> Int? {
        spans.map { $0.behind(trainerVersion) }.max()
    }
}

extension WeightSpan {
    /// Versions that it is behind `newest`, as many as can be counted.
    fileprivate func behind(_ newest: Int) -> Int { newest.subtracting(version) ?? .max }
}
