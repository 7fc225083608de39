import Optim
import Testing

@Suite struct LossAggregationTests {
    let layout: TokenLayout
    let groups = GroupIndex(sizes: [2, 1])

    init() throws {
        layout = try TokenLayout(mask_NT: [[true, true, false], [true], [true, true, true, true]])
    }

    @Test(arguments: LossAggregation.allCases) func theSumOfWeightedLossesIsTheLoss(mode: LossAggregation) throws {
        let losses = (0..<layout.tokens).map { Double($0 * $0) - 3 }
        let weights = try mode.weights(layout: layout, groups: groups).get()
        let whole = zip(weights, losses).reduce(0) { $0 + $1.0 * $1.1 }
        #expect(try abs(mode.aggregate(losses, layout: layout, groups: groups).get() - whole) < 1e-12)
        // Micro-batches cannot change the result: partial sums add up.
        let parts = (0..<layout.rows).map { row in layout[row].reduce(0.0) { $0 + weights[$1] * losses[$1] } }
        #expect(abs(parts.reduce(0, +) - whole) < 1e-12)
    }

    @Test func weightsAreWhatTheNamesSay() throws {
        func weights(_ mode: LossAggregation) throws -> [Double] {
            try mode.weights(layout: layout, groups: groups).get()
        }
        #expect(try weights(.tokenMean)[0] == 1.0 / 7)
        #expect(try weights(.seqMeanTokenMean)[0] == 1.0 / 6)
        #expect(try weights(.seqMeanTokenMean)[2] == 0)
        #expect(try weights(.promptMean)[3] == 1.0 / 6)
        #expect(try weights(.promptMean)[4] == 1.0 / 8)
        #expect(throws: OptimError.self) { try LossAggregation.promptMean.weights(layout: layout) }
    }
}
