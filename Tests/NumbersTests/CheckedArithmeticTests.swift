import Numbers
import Testing

@Suite struct CheckedArithmeticTests {
    @Test func whatDoesNotFitIsNil() {
        #expect(Int.max.adding(1) == nil)
        #expect(Int.min.subtracting(1) == nil)
        #expect(0.subtracting(Int.min) == nil)
        #expect(Int.min.multiplied(by: -1) == nil)
        #expect(Int.min.divided(by: -1) == nil)
        #expect(7.divided(by: 0) == nil)
        #expect(Int.min.negated() == nil)
    }

    @Test func whatFitsIsExact() {
        #expect(Int.max.adding(-1) == Int.max - 1)
        #expect((-7).divided(by: 2) == -3)
        #expect(Int.max.negated() == -Int.max)
        #expect((-3).multiplied(by: 5) == -15)
    }

    @Test func saturatesTowardsTheSign() {
        #expect(Int.max.addingSaturated(1) == Int.max)
        #expect(Int.min.addingSaturated(-1) == Int.min)
        #expect(Int.max.multipliedSaturated(by: -2) == Int.min)
        #expect(Int.min.multipliedSaturated(by: -2) == Int.max)
    }
}
