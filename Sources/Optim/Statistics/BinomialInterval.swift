/// Confidence intervals for a proportion of `c` out of `n` independent trials.
public enum BinomialInterval {
    /// Wilson's score interval (1927); undefined with `noData` for n = 0.
    public static func wilson(c: Int, n: Int, level: Double = 0.95) -> Statistic<Interval> {
        guard isDefined(c, n, level) else { return .failure(.noData) }
        let z = Normal.quantile(1 - (1 - level) / 2)
        let count = Double(n)
        let share = Double(c) / count
        let squared = z * z
        let centre = share + squared / (2 * count)
        let half = z * (share * (1 - share) / count + squared / (4 * count * count)).squareRoot()
        let divisor = 1 + squared / count
        return .success(
            Interval(
                lower: c == 0 ? 0 : (centre - half) / divisor, upper: c == n ? 1 : (centre + half) / divisor))
    }

    /// Clopper and Pearson's exact interval (1934); undefined with `noData` for n = 0.
    public static func clopperPearson(c: Int, n: Int, level: Double = 0.95) -> Statistic<Interval> {
        guard isDefined(c, n, level) else { return .failure(.noData) }
        let tail = (1 - level) / 2
        let lower = c == 0 ? 0 : Beta.quantile(tail, a: Double(c), b: Double(n - c + 1))
        let upper = c == n ? 1 : Beta.quantile(1 - tail, a: Double(c + 1), b: Double(n - c))
        return .success(Interval(lower: lower, upper: upper))
    }

    private static func isDefined(_ c: Int, _ n: Int, _ level: Double) -> Bool {
        n > 0 && (0...n).contains(c) && level > 0 && level < 1
    }
}
