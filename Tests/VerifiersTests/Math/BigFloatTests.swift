import Testing

@testable import Verifiers

@Suite struct BigFloatTests {
    private func isNear(_ left: BigFloat, _ right: BigFloat, bits: Int) -> Bool {
        let difference = left - right
        return difference.isZero || difference.exponent < right.exponent - bits
    }

    /// A double sees one itself there: all digits come from the series.
    @Test(arguments: [-54, -60, -90])
    func logarithmsNextToOneKeepTheirDigits(power: Int) {
        let step = BigFloat.one.scaled(by: power)
        for isAbove in [true, false] {
            var series = BigFloat.zero
            for count in 1...8 {
                let term = BigFloat.one.scaled(by: power * count).divided(by: UInt64(count))
                series = isAbove && count % 2 == 1 ? series + term : series - term
            }
            let value = isAbove ? BigFloat.one + step : BigFloat.one - step
            #expect(isNear(value.logarithm, series, bits: 230), "\(isAbove)")
        }
    }

    @Test func exponentialsUndoLogarithms() throws {
        let values = [
            BigFloat(2), BigFloat(10), BigFloat.one.divided(by: 3), BigFloat(7).scaled(by: 200),
            BigFloat(5).scaled(by: -90), BigFloat(0.7071), BigFloat(0.7072),
        ]
        for value in values {
            let back = try #require(value.logarithm.exponential)
            #expect(isNear(back, value, bits: 220), "\(value.double)")
        }
        #expect(BigFloat.one.logarithm.isZero)
    }
}
