/// One pass over the rows of a batch: ratios by vector code, then sums in row order.
struct ImportancePass {
    private let settings: ImportanceCorrection
    private let layout: TokenLayout
    private let low: Double
    private let high: Double
    private let lowReported: Double
    private var metrics = ImportanceMetrics()
    private var sum = 0.0
    private var squares = 0.0
    private var rowMeans: [Double] = []
    private var lowest = Double.infinity
    private var highest = -Double.infinity
    private var above = 0
    private var below = 0
    private var outside = 0
    private var rowsAbove = 0
    private var rowsBelow = 0

    private var guardTerm: Double { settings.guardsTokenCounts ? 1e-8 : 0 }

    /// False when a loss token's ratio was not a number.
    var isFinite: Bool { (sum - sum) == 0 }

    init(_ settings: ImportanceCorrection, layout: TokenLayout) {
        self.settings = settings
        self.layout = layout
        low = settings.lower ?? 0
        high = settings.upper ?? .infinity
        lowReported = settings.lower ?? settings.upper.map { 1 / $0 } ?? 0
        rowMeans.reserveCapacity(layout.rows)
    }

    mutating func run(_ trainer_T: [Double], _ sampler_T: [Double], _ weights_T: inout [Double]) {
        let layout = layout
        weights_T.withUnsafeMutableBufferPointer { weights in
            trainer_T.withUnsafeBufferPointer { trainer in
                sampler_T.withUnsafeBufferPointer { sampler in
                    layout.mask_T.withUnsafeBufferPointer { mask in
                        for row in 0..<layout.rows { self.row(row, trainer, sampler, mask, weights) }
                    }
                }
            }
        }
    }

    private mutating func row(
        _ row: Int, _ trainer: UnsafeBufferPointer<Double>, _ sampler: UnsafeBufferPointer<Double>,
        _ mask: UnsafeBufferPointer<Bool>, _ weights: UnsafeMutableBufferPointer<Double>
    ) {
        let limit = settings.logLimit
        let range = layout[row]
        // A NaN would be lost in the bounds; adding the difference times 0 keeps it.
        if layout.isFull(row) {
            for token in range {
                let difference = trainer[token] - sampler[token]
                let lowered = difference > limit ? limit : difference
                weights[token] = fastExp(lowered < -limit ? -limit : lowered) + difference * 0
            }
        } else {
            // Unmasked tokens may hold anything.
            for token in range {
                let difference = trainer[token] - sampler[token]
                weights[token] = mask[token] ? fastExp(min(limit, max(-limit, difference))) + difference * 0 : 0
            }
        }
        switch settings.level {
        case .token where layout.isFull(row): fullTokens(range, weights)
        case .token: tokens(range, keepsRow: true, mask, weights)
        case .sequence:
            let (total, count) = logSum(range, trainer, sampler, mask)
            constant(range, total, count, mask, weights)
        case .geometricMean:
            let (total, count) = logSum(range, trainer, sampler, mask)
            let logRatio = total / Double(max(1, count))
            if settings.treatment == .truncate {
                constant(range, logRatio, count, mask, weights)
            } else {
                let ratio = exp(logRatio)
                tokens(range, keepsRow: ratio >= low && ratio <= high, mask, weights)
            }
        }
    }

    // Sums over a row without a mask: comparisons become 0 or 1, and two running sums hide the latency of addition.
    private mutating func fullTokens(_ range: Range<Int>, _ weights: UnsafeMutableBufferPointer<Double>) {
        let (low, high, lowReported) = (low, high, lowReported)
        let masks = settings.treatment == .mask
        var total = SIMD2<Double>()
        var raws = SIMD2<Double>()
        var powers = SIMD2<Double>()
        var (smallest, largest) = (SIMD2(repeating: lowest), SIMD2(repeating: highest))
        var counts = (above: SIMD2<Int64>(), below: SIMD2<Int64>(), outside: SIMD2<Int64>())
        let one = SIMD2<Int64>(repeating: 1)
        var token = range.lowerBound
        while token + 2 <= range.upperBound {
            let raw = SIMD2(weights[token], weights[token + 1])
            let isHigh = raw .> high
            let isLow = raw .< low
            var weight = raw
            weight.replace(with: masks ? 0 : high, where: isHigh)
            weight.replace(with: masks ? 0 : low, where: isLow)
            (weights[token], weights[token + 1]) = (weight[0], weight[1])
            raws += raw
            total += weight
            powers += weight * weight
            smallest.replace(with: weight, where: weight .< smallest)
            largest.replace(with: weight, where: weight .> largest)
            counts.above.replace(with: counts.above &+ one, where: isHigh)
            counts.below.replace(with: counts.below &+ one, where: raw .< lowReported)
            counts.outside.replace(with: counts.outside &+ one, where: isHigh .| isLow)
            token += 2
        }
        (lowest, highest) = (smallest.min(), largest.max())
        above += Int(counts.above.wrappedSum())
        below += Int(counts.below.wrappedSum())
        outside += Int(counts.outside.wrappedSum())
        var last = (sum: 0.0, square: 0.0, raw: 0.0)
        if token < range.upperBound {
            let raw = weights[token]
            let isOutside = raw < low || raw > high
            let weight = masks ? (isOutside ? 0 : raw) : min(high, max(low, raw))
            weights[token] = weight
            last = (weight, weight * weight, raw)
            (lowest, highest) = (min(lowest, weight), max(highest, weight))
            above += raw > high ? 1 : 0
            below += raw < lowReported ? 1 : 0
            outside += isOutside ? 1 : 0
        }
        let sum = total.sum() + last.sum
        let divisor = Double(max(1, range.count)) + guardTerm
        close(sum, powers.sum() + last.square, mean: sum / divisor, rawMean: (raws.sum() + last.raw) / divisor)
    }

    private mutating func tokens(
        _ range: Range<Int>, keepsRow: Bool, _ mask: UnsafeBufferPointer<Bool>,
        _ weights: UnsafeMutableBufferPointer<Double>
    ) {
        let judgesTokens = settings.level == .token
        let masks = settings.treatment == .mask
        var (rowSum, rowSquares, rawSum) = (0.0, 0.0, 0.0)
        var count = 0
        for token in range where mask[token] {
            let raw = weights[token]
            let isOutside = judgesTokens ? raw < low || raw > high : !keepsRow
            var weight = isOutside ? 0 : raw
            if judgesTokens, !masks { weight = min(high, max(low, raw)) }
            weights[token] = weight
            rawSum += raw
            rowSum += weight
            rowSquares += weight * weight
            count += 1
            above += raw > high ? 1 : 0
            below += raw < lowReported ? 1 : 0
            outside += isOutside ? 1 : 0
            (lowest, highest) = (min(lowest, weight), max(highest, weight))
        }
        let divisor = Double(max(1, count)) + guardTerm
        // A row that is left out would hide a NaN; the raw sum times 0 keeps it.
        close(rowSum + rawSum * 0, rowSquares, mean: rowSum / divisor, rawMean: rawSum / divisor)
    }

    // One ratio for the whole row.
    private mutating func constant(
        _ range: Range<Int>, _ total: Double, _ count: Int, _ mask: UnsafeBufferPointer<Bool>,
        _ weights: UnsafeMutableBufferPointer<Double>
    ) {
        let raw = exp(min(settings.logLimit, max(-settings.logLimit, total)))
        let isOutside = raw < low || raw > high
        let weight = settings.treatment == .mask ? (isOutside ? 0 : raw) : min(high, max(low, raw))
        for token in range { weights[token] = mask[token] ? weight : 0 }
        highest = max(highest, exp(min(settings.logLimit, total)))
        lowest = min(lowest, exp(total))
        above += raw > high ? 1 : 0
        below += raw < lowReported ? 1 : 0
        outside += isOutside ? count : 0
        // A NaN was lost in the bounds; the total times 0 keeps it.
        close(
            weight * Double(count) + total * 0, weight * weight * Double(count), mean: count > 0 ? weight : 0,
            rawMean: count > 0 ? raw : 0)
    }

    private func logSum(
        _ range: Range<Int>, _ trainer: UnsafeBufferPointer<Double>, _ sampler: UnsafeBufferPointer<Double>,
        _ mask: UnsafeBufferPointer<Bool>
    ) -> (total: Double, count: Int) {
        var (total, count) = (0.0, 0)
        for token in range where mask[token] {
            total += trainer[token] - sampler[token]
            count += 1
        }
        return (total, count)
    }

    private mutating func close(_ rowSum: Double, _ rowSquares: Double, mean: Double, rawMean: Double) {
        sum += rowSum
        squares += rowSquares
        rowMeans.append(mean)
        rowsAbove += rawMean > high ? 1 : 0
        rowsBelow += rawMean < lowReported ? 1 : 0
    }

    mutating func finish(_ weights_T: inout [Double]) -> ImportanceMetrics {
        let count = Double(layout.lossTokens) + guardTerm
        let rows = Double(layout.rows)
        let isPerRow =
            settings.level == .sequence || settings.level == .geometricMean && settings.treatment == .truncate
        let judged = isPerRow ? rows : count
        metrics.mean = sum / count
        metrics.deviation = max(0, squares / count - metrics.mean * metrics.mean).squareRoot()
        (metrics.maximum, metrics.minimum) = (highest, lowest)
        metrics.fractionHigh = Double(above) / judged
        metrics.fractionLow = Double(below) / judged
        metrics.outOfBounds = Double(outside) / count
        metrics.effectiveSampleShare = squares > 0 ? sum * sum / (count * squares) : nil
        let spread = Moments(rowMeans)
        metrics.rowMean = spread.mean
        metrics.rowDeviation = spread.deviation(ddof: 1) ?? 0
        (metrics.rowMaximum, metrics.rowMinimum) = (spread.maximum, spread.minimum)
        metrics.rowMaximumDeviation = rowMeans.reduce(0) { max($0, abs($1 - 1)) }
        metrics.rowFractionHigh = Double(rowsAbove) / rows
        metrics.rowFractionLow = Double(rowsBelow) / rows
        if settings.normalizesBatch { normalize(&weights_T) }
        return metrics
    }

    private mutating func normalize(_ weights_T: inout [Double]) {
        var mean = metrics.mean
        if settings.level != .token {
            let filled = (0..<layout.rows).filter { layout.lossTokens($0) > 0 }
            mean = filled.reduce(0) { $0 + rowMeans[$1] } / Double(filled.count)
        }
        metrics.normalizer = mean > 1e-8 ? mean : 1
        guard mean > 1e-8 else { return }
        for token in weights_T.indices { weights_T[token] /= mean }
    }
}
