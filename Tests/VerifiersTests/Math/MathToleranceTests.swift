import JSON
import Testing
import Verifiers

@Suite struct MathToleranceTests {
    private func isCorrect(_ gold: String, _ answer: String, _ options: JSONValue) throws -> Bool {
        MathGrader.grade(gold: gold, prediction: "\\boxed{\(answer)}", options: try MathOptions(options)).isCorrect
    }

    static let rows: [(tolerance: JSONValue, gold: String, answer: String, expected: Bool)] = [
        (0.01, "27.5", "27.775", true), (0.01, "27.5", "27.7751", false),
        (["relative": 0.01], "-27.5", "-27.225", true),
        ("1e-2", "27.5", "27.3", true), (["absolute": 0.3], "12.1", "12.4", true),
        (["absolute": 0.3], "12.1", "12.41", false),
        (["absolute": "0.02"], "\\sqrt{5}", "2.25", true), (["absolute": 0.02], "\\sqrt{5}", "2.26", false),
        (["digits": 4], "0.00123456", "0.001235", true), (["digits": 4], "0.00123456", "0.00124", false),
        (["digits": 3], "e^2", "7.39", true), (["digits": 3], "e^2", "7.4", false),
        (["digits": 2], "9.96", "9.9", false),
        (0, "2.5", "2.5", true), (0, "2.5", "2.51", false), (0.5, "0", "0.0001", false),
        (0.1, "x + 1.5", "x + 1.51", false), (["absolute": 0.01], "3 + 4.1i", "3 + 4.105i", true),
        (["absolute": 0.01], "3 + 4.1i", "3 - 4.1i", false), (0.01, "\\infty", "1000000", false),
    ]

    @Test(arguments: rows)
    func limitsAreExact(_ row: (tolerance: JSONValue, gold: String, answer: String, expected: Bool)) throws {
        let given = try isCorrect(row.gold, row.answer, ["tolerance": row.tolerance, "rounding": "exact"])
        #expect(given == row.expected, "\(row)")
    }

    @Test(arguments: [
        ("(1.5, -2.25)", "(1.51, -2.26)", true), ("(1.5, -2.25)", "(-2.26, 1.51)", false),
        ("1.5, 4.5", "4.49, 1.51", true), ("\\{1.5, 4.5\\}", "\\{4.49, 1.6\\}", false),
        ("[1.5, 2.5)", "[1.49, 2.51)", true), ("[1.5, 2.5)", "[1.49, 2.51]", false),
        ("(-\\infty, 1.5) \\cup (2.5, 3.5)", "x < 1.49 or 2.51 < x < 3.5", true),
        ("\\begin{pmatrix} 1.5 \\\\ 2.5 \\end{pmatrix}", "\\begin{pmatrix} 1.51 \\\\ 2.5 \\end{pmatrix}", true),
        ("x = 1.5", "1.51", true), ("1.5\\text{ m}", "151\\text{ cm}", true),
        ("1.5\\text{ m}", "153\\text{ cm}", false),
        ("1.5\\text{ m}", "0.00153\\text{ km}", false), ("1.5\\text{ m}", "1.51\\text{ s}", false),
        ("12.5\\%", "0.1251", true),
    ])
    func partsAreComparedOneByOne(gold: String, answer: String, expected: Bool) throws {
        #expect(try isCorrect(gold, answer, ["tolerance": ["absolute": 0.011], "rounding": "exact"]) == expected)
        #expect(try !isCorrect(gold, answer, ["rounding": "exact"]))
    }

    @Test func wholeNumbersCountUnlessTheyCarryAUnit() throws {
        let wide: JSONValue = ["tolerance": 0.1]
        #expect(try !isCorrect("1000", "1001", wide) && !isCorrect("1000", "1001.0", wide))
        #expect(try !isCorrect("(10, 20)", "(10, 21)", wide) && !isCorrect("{1000}", "\\frac{2002}{2}", wide))
        #expect(try isCorrect("300\\text{ m/s}", "299\\text{ m/s}", wide) && isCorrect("300", "299.8", wide))
    }

    @Test func noToleranceMakesUnequalIntegersEqual() throws {
        var random = FormulaGenerator(seed: 5)
        for _ in 0..<300 {
            let gold = random.below(2_000_000) - 1_000_000
            let answer = gold + 1 + random.below(1000)
            let kinds: [JSONValue] = [0.999, ["absolute": 1e9], ["digits": 1]]
            #expect(try !isCorrect("\(gold)", "\(answer)", ["tolerance": kinds[random.below(3)]]), "\(gold) \(answer)")
        }
    }

    @Test func distanceHasNoDirectionAndMoreToleranceNeverTakesAway() throws {
        var random = FormulaGenerator(seed: 6)
        func decimal() -> String { "\(random.below(200) - 100).\(random.below(9) + 1)\(random.below(9) + 1)" }
        for _ in 0..<300 {
            let (left, right) = (decimal(), decimal())
            let limit = random.below(40)
            let absolute: JSONValue = ["tolerance": ["absolute": .int(limit)], "rounding": "exact"]
            let isNear = try isCorrect(left, right, absolute)
            #expect(try isCorrect(right, left, absolute) == isNear, "\(left) \(right) \(limit)")
            let wider: JSONValue = ["tolerance": ["absolute": .int(limit + random.below(10))], "rounding": "exact"]
            #expect(try !isNear || isCorrect(left, right, wider), "\(left) \(right) \(limit)")
            // Exact hundredths: no floating point is near the limit.
            let hundredths = [left, right].map { Int($0.filter { $0 != "." }) ?? 0 }
            #expect(isNear == (abs(hundredths[0] - hundredths[1]) <= 100 * limit), "\(left) \(right) \(limit)")
        }
    }

    @Test(
        arguments: [
            (1, "below 1"), (1.5, "below 1"), (-0.1, "from 0"), ("NaN", "expected"), (["absolute": -1], "0 or more"),
            (["digits": 0], "from 1 to 50"), (["digits": 2.5], "from 1 to 50"),
            (["relativ": 0.1], "did you mean 'relative'?"),
            (["relative": 0.1, "absolute": 1], "not 2 keys"), ([], "expected"), (true, "expected"),
            ("1e999999", "expected"),
            (["absolute": nil], "expected"),
        ] as [(JSONValue, String)])
    func whatAcceptsEverythingIsRefusedInWords(tolerance: JSONValue, words: String) {
        #expect {
            _ = try MathOptions(["tolerance": tolerance])
        } throws: { error in
            let error = error as? VerifierOptionsError
            return error?.key == "tolerance" && error?.message.contains(words) == true
        }
    }
}
