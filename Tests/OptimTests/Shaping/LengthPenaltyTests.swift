import Foundation
import Optim
import Testing

@Suite struct LengthPenaltyTests {
    @Test func theCosineGoesFromOneEndToTheOtherAndNoFurther() {
        var cosine = LengthPenalty.Cosine()
        cosine.limit = 300
        let quarter = 0.5 + 0.5 * 0.5 * (1 + 0.5)
        let expected: [(Int, Double, Double)] = [
            (0, 1, -1), (100, quarter, -quarter), (300, 0.5, -0.5), (900, 0.5, -0.5),
        ]
        for (length, right, wrong) in expected {
            #expect(abs(cosine.reward(length: length, isCorrect: true) - right) < 1e-12, "\(length)")
            #expect(abs(cosine.reward(length: length, isCorrect: false) - wrong) < 1e-12, "\(length)")
        }
    }

    @Test func aGroupIsComparedByItsShortestAndLongest() throws {
        #expect(
            try LengthPenalty.kimi(lengths_G: [10, 20, 30, 10, 30], isCorrect_G: [true, true, true, false, false])
                == [0.5, 0, -0.5, 0, -0.5])
        #expect(try LengthPenalty.kimi(lengths_G: [7, 7], isCorrect_G: [true, false]) == [0, 0])
        #expect(try LengthPenalty.kimi(lengths_G: [], isCorrect_G: []) == [])
        #expect(throws: OptimError.self) { try LengthPenalty.kimi(lengths_G: [1, 2], isCorrect_G: [true]) }
    }
}
