import Experience
import Numbers
import Optim

/// Collects token entropies of a run: by position, in bins, at forking tokens, and with advantages.
struct TokenStatistics {
    private static let positionLimit = 65_536
    private static let bins = 40
    private static let listedTokens = 20

    private let vocabularySize: Int?
    private var completions = 0
    /// Completions left out, as a number among their log-probabilities is none.
    private(set) var unusable = 0
    private var source: EntropySection.Source?
    private var entropies: [Double] = []
    private var ids: [Int32] = []
    private var all = PositionSums()
    private var right = PositionSums()
    private var wrong = PositionSums()
    /// Of each completion that has an advantage its mean over the tokens, their count, the sum of their log-probabilities, and the
    /// products of both deviations within the completion.
    private var weighed: [(advantage: Double, tokens: Double, logprobs: Double, within: Double)] = []

    private struct PositionSums {
        var sums: [Double] = []
        var counts: [Int] = []

        mutating func add(_ entropies_T: ArraySlice<Double>) {
            let count = min(entropies_T.count, TokenStatistics.positionLimit)
            if count > sums.count {
                sums += repeatElement(0, count: count - sums.count)
                counts += repeatElement(0, count: count - counts.count)
            }
            for (position, entropy) in entropies_T.prefix(count).enumerated() {
                sums[position] += entropy
                counts[position] += 1
            }
        }

        func means(width: Int, bins: Int) -> [Double?] {
            (0..<bins).map { bin in
                let range = (bin * width..<(bin + 1) * width).clamped(to: 0..<sums.count)
                let count = counts[range].reduce(0, +)
                return count > 0 ? sums[range].reduce(0, +) / Double(count) : nil
            }
        }
    }

    init(vocabularySize: Int?) { self.vocabularySize = vocabularySize }

    mutating func reserve(_ tokens: Int) {
        entropies.reserveCapacity(tokens)
        ids.reserveCapacity(tokens)
    }

    /// Takes the tokens of one completion; arrays of the wrong length are not used.
    mutating func add(_ tokens: SampledTokens, judged: JudgedCompletions.Entry, advantages_T: [Float] = []) {
        let (logprobs_T, ids_T) = (tokens.logprobs_T, tokens.ids_T)
        let fromTop_T = Self.entropies(
            top_TK: tokens.top_TK, width: tokens.width, count: logprobs_T.count, vocabularySize)
        let hasLogprobs = Logprob.obstacle(in: logprobs_T) == nil
        if fromTop_T == nil, !hasLogprobs {
            unusable += 1
            return
        }
        completions += 1
        let start = entropies.count
        // A run whose server gave candidates only at times is told by its weakest completion.
        let own: EntropySection.Source =
            fromTop_T == nil ? .sampled : vocabularySize == nil ? .lowerBound : .interval
        source = source == nil || source == own ? own : .sampled
        entropies += fromTop_T ?? logprobs_T.map { -Double($0) }
        ids += ids_T.count == logprobs_T.count ? ids_T : [Int32](repeating: -1, count: logprobs_T.count)
        let own_T = entropies[start...]
        all.add(own_T)
        switch judged.outcome {
        case .correct: right.add(own_T)
        case .incorrect, .noAnswer: wrong.add(own_T)
        default: break
        }
        guard !logprobs_T.isEmpty, hasLogprobs else { return }
        let (count, sum) = (Double(logprobs_T.count), logprobs_T.reduce(0.0) { $0 + Double($1) })
        if let advantage = judged.advantage {
            weighed.append((advantage, count, sum, 0))
        } else if advantages_T.count == logprobs_T.count {
            let advantage = advantages_T.reduce(0.0) { $0 + Double($1) } / count
            var within = 0.0
            for (value, logprob) in zip(advantages_T, logprobs_T) {
                within += (Double(value) - advantage) * (Double(logprob) - sum / count)
            }
            weighed.append((advantage, count, sum, within))
        }
    }

    /// Midpoints of the entropies that the top candidates allow, or with an unknown vocabulary the smallest of them; nil
    /// unless there are candidates for each of `count` tokens.
    ///
    /// In double precision throughout, so that anybody can repeat them; the optimiser's kernel trades that for speed.
    static func entropies(top_TK: [Float], width: Int, count: Int, _ vocabularySize: Int?) -> [Double]? {
        guard width > 0, count > 0, top_TK.count == count.multiplied(by: width) else { return nil }
        let size = vocabularySize ?? Int(Int32.max)
        var entropies_T: [Double] = []
        entropies_T.reserveCapacity(count)
        var row: [Double] = []
        row.reserveCapacity(width)
        for start in stride(from: 0, to: top_TK.count, by: width) {
            row.removeAll(keepingCapacity: true)
            for logprob in top_TK[start..<start + width] where logprob != -.infinity { row.append(Double(logprob)) }
            guard let bounds = try? TokenEntropy.interval(topLogprobs: row, vocabularySize: size).interval else {
                return nil
            }
            entropies_T.append(vocabularySize == nil ? bounds.lower : (bounds.lower + bounds.upper) / 2)
        }
        return entropies_T
    }

    /// The section so far; nil without tokens. `of` is the number of completions that have log-probabilities.
    func section(of total: Int) throws -> EntropySection? {
        guard let source, !entropies.isEmpty else { return nil }
        let sorted = entropies.sorted()
        let threshold = sorted.quantile(0.8)
        let width = max(1, (all.sums.count + Self.bins - 1) / Self.bins)
        let bins = (all.sums.count + width - 1) / width
        let last = Int(clamping: sorted[sorted.count - 1] / 0.1, to: 0...99, .down)
        var histogram = Histogram(start: 0, width: 0.1, bins: last + 1)
        for entropy in entropies { histogram.add(entropy) }
        return EntropySection(
            source: source, completions: completions, of: total, tokens: entropies.count,
            mean: entropies.reduce(0, +) / Double(entropies.count),
            positions: EntropySection.Positions(
                width: width, all: all.means(width: width, bins: bins), right: right.means(width: width, bins: bins),
                wrong: wrong.means(width: width, bins: bins),
                counts: (0..<bins).map { bin in
                    all.counts[(bin * width..<(bin + 1) * width).clamped(to: 0..<all.counts.count)].reduce(0, +)
                }),
            histogram: histogram, forkingThreshold: threshold, forkingTokens: forkingTokens(above: threshold),
            covariance: covariance)
    }

    private func forkingTokens(above threshold: Double) -> [EntropySection.ForkingToken] {
        var tallies: [Int32: RunningMean] = [:]
        for (token, entropy) in entropies.enumerated() where entropy >= threshold && ids[token] >= 0 {
            tallies[ids[token], default: RunningMean()].add(entropy)
        }
        return tallies.sorted { ($1.value.count, $0.key) < ($0.value.count, $1.key) }.prefix(Self.listedTokens).map {
            EntropySection.ForkingToken(id: Int($0.key), count: $0.value.count, entropy: $0.value.mean ?? 0)
        }
    }

    private var covariance: Double? {
        let tokens = weighed.reduce(0) { $0 + $1.tokens }
        guard tokens > 0 else { return nil }
        let advantage = weighed.reduce(0) { $0 + $1.advantage * $1.tokens } / tokens
        let logprob = weighed.reduce(0) { $0 + $1.logprobs } / tokens
        let covariance =
            weighed.reduce(0) { $0 + ($1.advantage - advantage) * ($1.logprobs - $1.tokens * logprob) + $1.within }
            / tokens
        return covariance.isFinite ? covariance : nil
    }
}
