import Foundation
import Optim
import Testing

@Suite struct KLEstimatorTests {
    private static let slopes: [(KLEstimator.Form, Double, Double)] = [
        (.k1, 1, 1), (.k2, 2, -2), (.k3, 1 - exp(-2.0), 1 - exp(2.0)), (.abs, 1, -1),
    ]

    @Test(arguments: slopes)
    func theGradientIsTheSlopeUpToALimitAndNoneBeyond(form: KLEstimator.Form, above: Double, below: Double) {
        var estimator = KLEstimator(form)
        estimator.differenceLimit = 2
        #expect(estimator.gradient(-1, -3) == above && estimator.gradient(-3, -1) == below)
        #expect(estimator.gradient(-1, -3.5) == 0 && estimator.gradient(-3.5, -1) == 0)
        estimator.differenceLimit = nil
        estimator.valueLimit = 1
        #expect(estimator.gradient(-1, -4) == 0 && estimator.gradient(-4, -1) == 0)
    }
}
