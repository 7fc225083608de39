extension TokenEntropy {
    /// Bounds for every position of packed rows of `width` candidates in single precision, as the store keeps them:
    /// a row with fewer candidates ends in -infinity.
    ///
    /// Exponentials are single precision, which is what the input's own rounding is worth (about 1e-6 nats); sums and
    /// logarithms are double. Throws as ``interval(topLogprobs:vocabularySize:)`` does.
    public static func intervals(
        topLogprobs_TK: [Float], width: Int, vocabularySize: Int
    ) throws -> (lower_T: [Double], upper_T: [Double]) {
        guard width > 0, width <= vocabularySize, topLogprobs_TK.count % width == 0 else {
            throw OptimError("\(topLogprobs_TK.count) top log-probs are no rows of \(width) below \(vocabularySize)")
        }
        let count = topLogprobs_TK.count / width
        var lower_T = [Double](repeating: 0, count: count)
        var upper_T = lower_T
        var special: [Int] = []
        topLogprobs_TK.withUnsafeBufferPointer { logprobs in
            lower_T.withUnsafeMutableBufferPointer { lower in
                upper_T.withUnsafeMutableBufferPointer { upper in
                    guard let logprobs = logprobs.baseAddress, let lower = lower.baseAddress,
                        let upper = upper.baseAddress
                    else { return }
                    let block = EntropyBlock(width: width, vocabularySize: vocabularySize)
                    defer { block.deallocate() }
                    for start in stride(from: 0, to: count, by: EntropyBlock.rows) {
                        let rows = min(EntropyBlock.rows, count - start)
                        block.fill(logprobs + start * width, rows, lower + start, upper + start)
                        for row in 0..<rows where !block.isPlain(row) { special.append(start + row) }
                    }
                }
            }
        }
        // Padded rows, and rows to refuse.
        for position in special {
            let row = topLogprobs_TK[position * width..<(position + 1) * width]
            let bounds = try interval(
                topLogprobs: row.filter { $0 != -.infinity }.map { Double($0) }, vocabularySize: vocabularySize
            ).interval
            (lower_T[position], upper_T[position]) = (bounds.lower, bounds.upper)
        }
        return (lower_T, upper_T)
    }
}

/// Rows that are worked on together, so that each step is one loop over an array that stays in the cache.
private struct EntropyBlock {
    static let rows = 64

    // Columns of `table`, so that one array is all that a loop touches.
    private static let mass = 0
    private static let reported = rows
    private static let logprob = 2 * rows
    private static let atom = 3 * rows
    private static let lower = 4 * rows
    private static let upper = 5 * rows

    private let width: Int
    private let others: Double
    private let probabilities: UnsafeMutablePointer<Float>
    private let table: UnsafeMutablePointer<Double>

    init(width: Int, vocabularySize: Int) {
        self.width = width
        others = Double(vocabularySize - width)
        probabilities = .allocate(capacity: Self.rows * width)
        table = .allocate(capacity: 6 * Self.rows)
        table.initialize(repeating: 0, count: 6 * Self.rows)
    }

    func deallocate() {
        probabilities.deallocate()
        table.deallocate()
    }

    /// The row is complete and is a distribution; a NaN fails every comparison.
    func isPlain(_ row: Int) -> Bool { table[Self.mass + row] <= 1.001 && table[Self.logprob + row] > -80 }

    func fill(
        _ logprobs: UnsafePointer<Float>, _ rows: Int, _ lower: UnsafeMutablePointer<Double>,
        _ upper: UnsafeMutablePointer<Double>
    ) {
        for index in 0..<rows * width { probabilities[index] = fastExp(logprobs[index]) }
        for row in 0..<rows { sum(logprobs + row * width, probabilities + row * width, row) }
        bound()
        lower.update(from: table + Self.lower, count: rows)
        upper.update(from: table + Self.upper, count: rows)
    }

    // The bounds of all rows, by the formulas of `TokenEntropy`.
    private func bound() {
        let (others, table) = (others, table)
        let hasOthers = others >= 1
        let spread = hasOthers ? 1 / others : 1
        for row in 0..<Self.rows {
            let missing = 1 - table[Self.mass + row]
            let isOpen = hasOthers && missing > 1e-300
            let mass = isOpen ? missing : 1e-300
            let atom = table[Self.atom + row]
            // Whole atoms of the smallest probability; from 2^51 on the remainder is below rounding.
            let ratio = mass / atom
            let rounded = (ratio + 6_755_399_441_055_744) - 6_755_399_441_055_744
            let whole = (rounded > ratio ? rounded - 1 : rounded) * atom
            let held = ratio < 2_251_799_813_685_248 ? whole : mass
            let rest = mass - held > 1e-300 ? mass - held : 1e-300
            let reported = table[Self.reported + row]
            let high = reported - mass * fastLog(mass * spread)
            let low = reported - held * table[Self.logprob + row] - rest * fastLog(rest)
            let ordered = low < high ? low : high
            table[Self.upper + row] = isOpen ? high : reported
            table[Self.lower + row] = isOpen ? ordered : reported
        }
    }

    private func sum(_ logprobs: UnsafePointer<Float>, _ probabilities: UnsafePointer<Float>, _ row: Int) {
        var (mass, otherMass, entropy, otherEntropy) = (0.0, 0.0, 0.0, 0.0)
        var (lowest, otherLowest) = (Float.infinity, Float.infinity)
        var (atom, otherAtom) = (Float.infinity, Float.infinity)
        var slot = 0
        while slot + 2 <= width {
            let (single, otherSingle) = (probabilities[slot], probabilities[slot + 1])
            let (p, q) = (Double(single), Double(otherSingle))
            let (x, y) = (logprobs[slot], logprobs[slot + 1])
            mass += p
            otherMass += q
            entropy -= p * Double(x)
            otherEntropy -= q * Double(y)
            lowest = x < lowest ? x : lowest
            otherLowest = y < otherLowest ? y : otherLowest
            atom = single < atom ? single : atom
            otherAtom = otherSingle < otherAtom ? otherSingle : otherAtom
            slot += 2
        }
        if slot < width {
            mass += Double(probabilities[slot])
            entropy -= Double(probabilities[slot]) * Double(logprobs[slot])
            lowest = min(lowest, logprobs[slot])
            atom = min(atom, probabilities[slot])
        }
        table[Self.mass + row] = mass + otherMass
        table[Self.reported + row] = entropy + otherEntropy
        table[Self.logprob + row] = Double(min(lowest, otherLowest))
        table[Self.atom + row] = Double(min(atom, otherAtom))
    }
}
