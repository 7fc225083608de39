import Numbers

/// Estimates of "at least one (or enough) of k samples is right" from n samples of which c are right.
public enum PassAtK {
    /// Unbiased pass@k = 1 - C(n-c, k) / C(n, k) (Chen et al., arXiv 2107.03374).
    ///
    /// Undefined with `tooFewSamples` for k > n, and with `noData` for n = 0. Cost O(min(c, k)), to n = 1e5 and beyond.
    public static func unbiased(n: Int, c: Int, k: Int) -> Statistic<Double> {
        if let reason = refusal(n: n, c: c, k: k) { return .failure(reason) }
        return .success(1 - allWrong(n: n, c: c, k: k))
    }

    /// The mean share of right samples, c / n: pass@1, "avg@n".
    public static func average(n: Int, c: Int) -> Statistic<Double> {
        guard n > 0, (0...n).contains(c) else { return .failure(.noData) }
        return .success(Double(c) / Double(n))
    }

    /// G-Pass@k at threshold tau: at least ceil(tau * k) of k samples are right (Liu et al., arXiv 2412.13147).
    ///
    /// tau = 0 asks for one right sample, as pass@k does.
    public static func generalised(n: Int, c: Int, k: Int, tau: Double) -> Statistic<Double> {
        if let reason = refusal(n: n, c: c, k: k) { return .failure(reason) }
        guard tau >= 0, tau <= 1 else { return .failure(.noData) }
        let wanted = Int(clamping: Double(k) * tau, to: 1...k, .up)
        return .success(Hypergeometric(population: n, marked: c, draws: k).tail(from: wanted))
    }

    /// mG-Pass@k: the mean of G-Pass@k over the thresholds above one half, 2/k * sum over i = ceil(k/2)+1...k.
    public static func meanGeneralised(n: Int, c: Int, k: Int) -> Statistic<Double> {
        if let reason = refusal(n: n, c: c, k: k) { return .failure(reason) }
        let draw = Hypergeometric(population: n, marked: c, draws: k)
        var sum = 0.0
        for (index, mass) in draw.masses where index > (k + 1) / 2 { sum += mass * Double(index - (k + 1) / 2) }
        return .success(min(1, 2 * sum / Double(k)))
    }

    /// C(n-c, k) / C(n, k): the chance that k samples drawn without replacement are all wrong.
    ///
    /// The product has min(c, k) factors: (n-c-i)/(n-i) over i < k, or equally (n-k-i)/(n-i) over i < c.
    static func allWrong(n: Int, c: Int, k: Int) -> Double {
        if n - c < k { return 0 }
        var product = 1.0
        for i in 0..<min(c, k) {
            product *= 1 - Double(max(c, k)) / Double(n - i)
            if product == 0 { break }
        }
        return product
    }

    private static func refusal(n: Int, c: Int, k: Int) -> Undefined? {
        if n < 1 || k < 1 || !(0...n).contains(c) { return .noData }
        return k > n ? .tooFewSamples : nil
    }
}
