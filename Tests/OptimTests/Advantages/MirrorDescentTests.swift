import Optim
import Testing

@Suite struct MirrorDescentTests {
    @Test func everyScoreHasItsRatio() throws {
        let coefficients = try MirrorDescent.coefficients(
            scores_G: [1, 0, nil], logRatios_G: [0.5, -0.5, 9], tau: 0.1)
        #expect(coefficients == [0.45, -0.45, nil])
        #expect(throws: OptimError.self) {
            try MirrorDescent.coefficients(scores_G: [1, 0], logRatios_G: [0.5], tau: 0.1)
        }
        #expect(throws: OptimError.self) {
            try MirrorDescent.coefficients(scores_G: [1], logRatios_G: [0.5, 0.5], tau: 0.1)
        }
    }
}
