/// Count, mean, squared deviations and range of a stream of rows, in one pass over memory.
///
/// Sums are taken of differences from the first value, so that a large common offset costs no precision; rows are
/// merged as Chan, Golub and LeVeque do.
struct StreamedMoments {
    private(set) var count = 0
    private(set) var squares = 0.0
    private(set) var minimum = Double.infinity
    private(set) var maximum = -Double.infinity
    private var pivot = 0.0
    // Sum of (value - pivot).
    private var offset = 0.0

    var isConstant: Bool { minimum >= maximum }
    var mean: Double { count > 0 ? pivot + offset / Double(count) : 0 }

    /// The sum of all values over `divisor`, rounded as if the sum were exact, and the squares around that centre.
    func centred(over divisor: Double) -> (mean: Double, squares: Double) {
        let product = pivot * Double(count)
        let sum = product + ((-product).addingProduct(pivot, Double(count)) + offset)
        let mean = sum / divisor
        let shift = (mean - pivot) - offset / Double(count)
        return (mean, squares + Double(count) * shift * shift)
    }

    mutating func add(_ values: [Double], _ mask: [Bool], in row: Range<Int>) {
        values.withUnsafeBufferPointer { values in
            mask.withUnsafeBufferPointer { mask in add(values, mask, in: row) }
        }
    }

    /// Adds a row's masked values. The row is read twice, but the second time from the cache.
    mutating func add(_ values: UnsafeBufferPointer<Double>, _ mask: UnsafeBufferPointer<Bool>, in row: Range<Int>) {
        if count == 0 { pivot = row.first { mask[$0] }.map { values[$0] } ?? 0 }
        let pivot = pivot
        var sum = 0.0
        var taken = 0
        var (lowest, highest) = (minimum, maximum)
        for token in row where mask[token] {
            let value = values[token]
            sum += value - pivot
            taken += 1
            lowest = value < lowest ? value : lowest
            highest = value > highest ? value : highest
        }
        (minimum, maximum) = (lowest, highest)
        guard taken > 0 else { return }
        let centre = sum / Double(taken)
        var rowSquares = 0.0
        for token in row where mask[token] {
            let deviation = (values[token] - pivot) - centre
            rowSquares += deviation * deviation
        }
        let shift = count > 0 ? centre - offset / Double(count) : 0
        squares += rowSquares + shift * shift * Double(count) * Double(taken) / Double(count + taken)
        count += taken
        offset += sum
    }
}
