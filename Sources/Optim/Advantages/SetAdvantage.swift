/// Advantages of sets of answers: a set earns its mean reward times its share of distinct answers, so that a policy is
/// paid for being right in different ways (in the spirit of polychromic objectives, arXiv 2509.25424).
public enum SetAdvantage {
    /// A_i = mean of f over the m-subsets that contain i, minus the mean over all m-subsets, with
    /// f(S) = mean reward of S * (distinct clusters in S / m). Exact by counting, O(n * clusters).
    ///
    /// The baseline is ours; it is not checked against the authors' code. Undefined with `tooFewSamples` for m > n.
    public static func diverse(
        scores_G: [Double], clusters_G: [Int], m: Int
    ) throws -> Statistic<[Double]> {
        guard scores_G.count == clusters_G.count else {
            throw OptimError("length mismatch: \(scores_G.count) scores, \(clusters_G.count) clusters")
        }
        if let row = scores_G.firstIndex(where: { !$0.isFinite }) {
            throw OptimError("non-finite reward \(scores_G[row])", row: row)
        }
        let n = scores_G.count
        guard m >= 1, n > 0 else { return .failure(.noData) }
        guard m <= n else { return .failure(.tooFewSamples) }
        let sizes = Dictionary(clusters_G.map { ($0, 1) }, uniquingKeysWith: +)
        let total = scores_G.reduce(0, +)
        // Chance that a cluster of `size` is hit by `draws` out of `others`.
        func hit(_ size: Int, _ others: Int, _ draws: Int) -> Double {
            1 - PassAtK.allWrong(n: others, c: size, k: draws)
        }
        // E[r_j * distinct] over subsets holding j: the cluster of j counts for sure.
        func paid(_ j: Int, given i: Int?) -> Double {
            let fixed = i.map { $0 == j ? [j] : [j, $0] } ?? [j]
            guard fixed.count <= m else { return 0 }
            let present = Set(fixed.map { clusters_G[$0] })
            var distinct = Double(present.count)
            for (cluster, size) in sizes where !present.contains(cluster) {
                distinct += hit(size, n - fixed.count, m - fixed.count)
            }
            return scores_G[j] * distinct
        }
        let scale = Double(m * m)
        let baseline = scores_G.indices.reduce(0) { $0 + paid($1, given: nil) } * Double(m) / Double(n) / scale
        guard n > 1, total.isFinite else { return .success(scores_G.map { _ in 0 }) }
        let share = Double(m - 1) / Double(n - 1)
        return .success(
            scores_G.indices.map { i in
                let others = scores_G.indices.reduce(0) { $0 + ($1 == i ? 0 : paid($1, given: i)) }
                return (paid(i, given: i) + others * share) / scale - baseline
            })
    }
}
