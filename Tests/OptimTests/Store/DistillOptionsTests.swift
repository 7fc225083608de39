import Optim
import Testing

@Suite struct DistillOptionsTests {
    private typealias Change = @Sendable (inout DistillOptions) -> Void

    private static func fault(_ change: Change) -> String? {
        var options = DistillOptions()
        change(&options)
        return refusedKey { try options.validate() }
    }

    @Test("What lies on a bound is taken, what lies beyond it is refused by name")
    func bounds() {
        let taken: [Change] = [
            { _ in }, { $0.coefficient = 1e6 }, { ($0.coefficient, $0.clip) = (1, 0.01) },
            { ($0.coefficient, $0.discount) = (1, 1) }, { ($0.coefficient, $0.centers) = (1, true) },
        ]
        for change in taken { #expect(Self.fault(change) == nil) }
        let refused: [(String, Change)] = [
            ("distill.coefficient", { $0.coefficient = -0.1 }), ("distill.coefficient", { $0.coefficient = 2e6 }),
            ("distill.coefficient", { $0.coefficient = .nan }),
            ("distill.clip", { ($0.coefficient, $0.clip) = (1, 0) }),
            ("distill.clip", { ($0.coefficient, $0.clip) = (1, .infinity) }),
            ("distill.discount", { ($0.coefficient, $0.discount) = (1, 1.1) }),
            ("distill.coefficient", { $0.centers = true }),
            ("distill.coefficient", { $0.clip = 5 }), ("distill.coefficient", { $0.discount = 0.5 }),
        ]
        for (key, change) in refused { #expect(Self.fault(change) == key) }
    }
}
