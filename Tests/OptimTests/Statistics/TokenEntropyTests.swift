import Foundation
import Optim
import Testing

@Suite struct TokenEntropyTests {
    @Test func oneTokenThatIsNotReportedHasAllThatIsMissing() throws {
        let entropy = try TokenEntropy.interval(topLogprobs: [log(0.5), log(0.3)], vocabularySize: 3)
        let whole = -[0.5, 0.3, 0.2].map { $0 * log($0) }.reduce(0, +)
        #expect(abs(entropy.interval.lower - whole) < 1e-12 && abs(entropy.interval.upper - whole) < 1e-12)
        let all = try TokenEntropy.interval(topLogprobs: [log(0.5), log(0.5)], vocabularySize: 2)
        #expect(abs(all.interval.lower - log(2)) < 1e-12 && abs(all.interval.upper - log(2)) < 1e-12)
    }
}
