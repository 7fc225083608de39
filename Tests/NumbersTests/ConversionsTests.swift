import Numbers
import Testing

@Suite struct ConversionsTests {
    @Test(arguments: [Double.nan, .infinity, -.infinity, 1e300, -1e300, 0x1p63, -0x1.0000000000001p63])
    func whatLiesOutsideTheTypeIsNil(_ value: Double) {
        #expect(Int(rounding: value) == nil)
    }

    @Test func roundsAsAsked() {
        #expect(Int(rounding: 2.5) == 2)
        #expect(Int(rounding: -0.4) == 0)
        #expect(Int(rounding: 2.1, .up) == 3)
        #expect(Int(rounding: -0x1p63) == Int.min)
        #expect(UInt8(rounding: 255.4) == 255)
        #expect(UInt8(rounding: 255.6) == nil)
    }

    @Test func drawsToTheBounds() {
        #expect(Int(clamping: 1e300, to: 0...9) == 9)
        #expect(Int(clamping: -.infinity, to: 0...9) == 0)
        #expect(Int(clamping: .nan, to: 3...9) == 3)
        #expect(Int(clamping: 4.6, to: 0...9) == 5)
        #expect(UInt8(clamping: -1.0) == 0)
        #expect(Int(clamping: .infinity) == Int.max)
    }
}
