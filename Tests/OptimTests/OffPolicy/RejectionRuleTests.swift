import Optim
import Testing

@Suite struct RejectionRuleTests {
    @Test func oneTokenThatIsTrainedIsEnough() throws {
        let rule = RejectionRule(level: .token, divergence: .k2, upper: 0.5)
        let layout = try TokenLayout(mask_NT: [[false, true]])
        let kept = try rule.evaluate(trainer_T: [-9, -1], sampler_T: [-1, -1.5], layout: layout).get()
        #expect(kept.mask_T[1])
        let left = try rule.evaluate(trainer_T: [-9, -1], sampler_T: [-1, -3], layout: layout).get()
        #expect(!left.mask_T[1])
        let none = try rule.evaluate(trainer_T: [-1], sampler_T: [-1], layout: TokenLayout(mask_NT: [[false]]))
        #expect(throws: Undefined.noTrainableTokens) { try none.get() }
    }
}
