/// Count, mean and squared deviations of a stream of rows, in one pass over memory.
///
/// Sums are taken of differences from the first value, so that a large common offset costs no precision; rows are
/// merged as Chan, Golub and LeVeque do.
struct StreamedMoments {
    private(set) var count = 0
    private(set) var squares = 0.0
    /// The first value; differences are taken from it.
    private(set) var pivot = 0.0
    // Sum of (value - pivot).
    private var offset = 0.0

    /// All values are equal: no difference to the first is left.
    var isConstant: Bool { squares == 0 && offset == 0 }
    var isFinite: Bool { squares.isFinite && offset.isFinite }

    /// The sum of all values over `divisor`, rounded as if the sum were exact, and the squares around that centre.
    func centred(over divisor: Double) -> (mean: Double, squares: Double) {
        let product = pivot * Double(count)
        let sum = product + ((-product).addingProduct(pivot, Double(count)) + offset)
        let mean = sum / divisor
        let shift = (mean - pivot) - offset / Double(count)
        return (mean, squares + Double(count) * shift * shift)
    }

    /// Adds the values at the loss tokens of `row`.
    mutating func add(
        _ values: UnsafePointer<Double>, _ layout: TokenLayout, _ mask: UnsafePointer<Bool>, row: Int
    ) {
        let (start, length) = (layout.starts[row], layout.starts[row + 1] - layout.starts[row])
        let taken = layout.lossTokens_N[row]
        guard taken > 0 else { return }
        let values = values + start
        let mask = mask + start
        if count == 0 { pivot = values[(0..<length).first { mask[$0] } ?? 0] }
        if taken == length {
            let sum = Self.sum(values, length, pivot)
            let centre = sum / Double(taken)
            merge(taken, sum, centre, Self.squares(values, length, pivot, centre))
        } else {
            var (sum, rowSquares) = (0.0, 0.0)
            for token in 0..<length where mask[token] { sum += values[token] - pivot }
            let centre = sum / Double(taken)
            for token in 0..<length where mask[token] {
                let deviation = (values[token] - pivot) - centre
                rowSquares += deviation * deviation
            }
            merge(taken, sum, centre, rowSquares)
        }
    }

    private mutating func merge(_ taken: Int, _ sum: Double, _ centre: Double, _ rowSquares: Double) {
        let shift = count > 0 ? centre - offset / Double(count) : 0
        squares += rowSquares + shift * shift * Double(count) * Double(taken) / Double(count + taken)
        count += taken
        offset += sum
    }

    // Four running sums: additions wait for each other, and the order is the same on every machine.
    private static func sum(_ values: UnsafePointer<Double>, _ count: Int, _ pivot: Double) -> Double {
        var (a, b, c, d) = (0.0, 0.0, 0.0, 0.0)
        var token = 0
        while token + 4 <= count {
            a += values[token] - pivot
            b += values[token + 1] - pivot
            c += values[token + 2] - pivot
            d += values[token + 3] - pivot
            token += 4
        }
        while token < count {
            a += values[token] - pivot
            token += 1
        }
        return (a + b) + (c + d)
    }

    private static func squares(
        _ values: UnsafePointer<Double>, _ count: Int, _ pivot: Double, _ centre: Double
    ) -> Double {
        var (a, b, c, d) = (0.0, 0.0, 0.0, 0.0)
        var token = 0
        while token + 4 <= count {
            let (p, q) = ((values[token] - pivot) - centre, (values[token + 1] - pivot) - centre)
            let (r, s) = ((values[token + 2] - pivot) - centre, (values[token + 3] - pivot) - centre)
            a += p * p
            b += q * q
            c += r * r
            d += s * s
            token += 4
        }
        while token < count {
            let p = (values[token] - pivot) - centre
            a += p * p
            token += 1
        }
        return (a + b) + (c + d)
    }
}
