/// The analytical pass@k advantage of Chen et al. (arXiv 2508.10751): each k-subset of a group earns 1 when one of its
/// completions is right, and a completion's advantage is the mean over the subsets it is in.
struct PassKAdvantage {
    /// The mean reward of all k-subsets: the group's pass@k.
    let mean: Double
    /// Standard deviation of the subsets' rewards.
    let deviation: Double
    // Chance that the other k - 1 members of a wrong completion's subset are all wrong.
    private let othersWrong: Double

    init(n: Int, correct: Int, k: Int) {
        let wrong = PassAtK.allWrong(n: n, c: correct, k: k)
        mean = 1 - wrong
        deviation = (mean * wrong).squareRoot()
        othersWrong = n > 1 ? PassAtK.allWrong(n: n - 1, c: correct, k: k - 1) : 1
    }

    func centred(correct: Bool) -> Double {
        if deviation == 0 { return 0 }
        return correct ? 1 - mean : 1 - mean - othersWrong
    }
}
