import Testing
import Verifiers

/// Random formulas, spelled in more than one way.
struct FormulaGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func below(_ bound: Int) -> Int {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return Int((state >> 33) % UInt64(bound))
    }

    /// The same formula twice: in plain LaTeX, and respelled with terms and factors in another order.
    mutating func formula(depth: Int) -> (plain: String, respelled: String) {
        if depth == 0 { return leaf() }
        let left = formula(depth: depth - 1)
        let right = formula(depth: depth - 1)
        switch below(6) {
        case 0: return ("\(left.plain)+\(right.plain)", "\(right.respelled) + \(left.respelled)")
        case 1:
            return (
                "\\left(\(left.plain)\\right)\\left(\(right.plain)\\right)",
                "(\(right.respelled))\\cdot{(\(left.respelled))}"
            )
        case 2:
            return (
                "\\frac{\(left.plain)}{\(right.plain)+17}",
                "(\(left.respelled))\\cdot\\left(17+(\(right.respelled))\\right)^{-1}"
            )
        case 3: return ("(\(left.plain))^2", "(\(left.respelled))\\times (\(left.respelled))")
        case 4: return ("(\(left.plain))-(\(right.plain))", "-(\(right.respelled))+(\(left.respelled))")
        default: return ("\\sqrt{2}(\(left.plain))", "\\frac{2(\(left.respelled))}{\\sqrt2}")
        }
    }

    private mutating func leaf() -> (plain: String, respelled: String) {
        let value = below(40) + 2
        switch below(4) {
        case 0: return ("\(value)", "\(value).0")
        case 1: return ("\\frac{\(value)}{7}", "\(value)/7")
        case 2: return ("x", "{x}")
        default: return ("\\pi", "π")
        }
    }
}

@Suite struct MathPropertiesTests {
    private func equal(_ gold: String, _ answer: String) -> Bool {
        MathGrader.grade(gold: gold, prediction: "\\boxed{\(answer)}").isCorrect
    }

    @Test func formulasEqualThemselvesAndTheirRespellings() {
        var generator = FormulaGenerator(seed: 2024)
        for _ in 0..<400 {
            let (plain, respelled) = generator.formula(depth: 3)
            #expect(equal(plain, plain), "\(plain)")
            #expect(equal(plain, respelled), "\(plain) | \(respelled)")
            #expect(equal(respelled, plain), "\(respelled) | \(plain)")
        }
    }

    @Test func nearMissesDiffer() {
        var generator = FormulaGenerator(seed: 77)
        for _ in 0..<400 {
            let (plain, respelled) = generator.formula(depth: 2)
            for miss in ["\(respelled)+1", "2(\(respelled))+x^{11}", "\(respelled)+10^{-30}", "y+\(respelled)"] {
                #expect(!equal(plain, miss), "\(plain) | \(miss)")
            }
        }
    }

    @Test func verdictsAreSymmetric() {
        let answers = [
            "3", "3.0", "\\frac{6}{2}", "-3", "x+1", "1+x", "\\sqrt2", "\\frac{2}{\\sqrt2}", "(1,2)", "(2,1)",
            "\\{1,2\\}",
            "[1,2]", "1\\le x\\le2", "x<5", "5>x", "2x=6", "x=3", "i", "\\pi", "2:3", "4:6", "\\infty", "\\pm2",
            "-2, 2",
        ]
        for left in answers {
            for right in answers { #expect(equal(left, right) == equal(right, left), "\(left) | \(right)") }
        }
    }

    @Test func nearIntegersAreNotIntegers() {
        // Ramanujan's constant misses an integer by 7.5e-13, a relative 2.9e-30.
        #expect(!equal("262537412640768744", "e^{\\pi\\sqrt{163}}"))
        #expect(!equal("0", "\\sqrt{2}+\\sqrt{3}-\\sqrt{5+2\\sqrt6}+10^{-40}"))
        #expect(equal("0", "\\sqrt{2}+\\sqrt{3}-\\sqrt{5+2\\sqrt6}"))
    }
}
