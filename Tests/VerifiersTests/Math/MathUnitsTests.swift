import JSON
import Testing
import Verifiers

@Suite struct MathUnitsTests {
    private func isCorrect(_ gold: String, _ answer: String, _ options: MathOptions = MathOptions()) -> Bool {
        MathGrader.grade(gold: gold, prediction: "\\boxed{\(answer)}", options: options).isCorrect
    }

    /// Spellings of one unit; every one meets every other.
    static let spellings: [[String]] = [
        [
            "4.9\\text{ m/s}^2", "4.9 m/s^2", "4.9\\,\\mathrm{m\\,s^{-2}}", "4.9\\ \\frac{m}{s^2}",
            "4.9\\ \\frac{\\text{m}}{\\text{s}^2}", "4.9\\text{ meters per second squared}",
            "4.9 \\mathrm{~m} / \\mathrm{s}^{2}",
            "4.9\\,\\mathrm{m}\\,\\mathrm{s}^{-2}", "490\\text{ cm/s²}", "4.9\\text{ N/kg}",
        ],
        [
            "33\\text{ N·m}", "33\\,\\mathrm{N\\cdot m}", "33 N·m", "33\\text{ N m}", "33\\text{ newton meters}",
            "33\\text{ J}", "33\\text{ W s}", "33\\text{ kg m}^2/\\text{s}^2", "0.033\\text{ kJ}",
        ],
        [
            "47\\ \\Omega", "47\\text{ ohms}", "47Ω", "0.047\\text{ kΩ}", "47\\text{ V/A}",
        ],
        [
            "4.2\\text{ J/(g K)}", "4.2\\ \\mathrm{J/(g\\cdot K)}", "4.2\\ \\mathrm{J\\,g^{-1}\\,K^{-1}}",
            "4.2\\ \\frac{\\text{J}}{\\text{g}\\cdot\\text{K}}", "4200\\text{ J/(kg °C)}", "4.2\\text{ kJ/(kg K)}",
        ],
        [
            "8\\text{ μF}", "8\\ \\mu\\text{F}", "8\\ \\mu F", "8\\times10^{-6}\\text{ F}", "8000\\text{ nF}",
            "8\\text{ microfarads}",
        ],
        ["3\\text{ light years}", "3\\text{ ly}"], ["6\\text{ square feet}", "6\\text{ ft}^2", "864\\text{ sq in}"],
        ["0.64 N", "0.64\\text{ N}", "640\\text{ mN}", "640 mN"],
        ["30^\\circ", "30\\text{ degrees}", "\\frac{\\pi}{6}\\text{ rad}", "1800\\text{ arcminutes}"],
        ["25^\\circ C", "25\\text{ °C}", "298.15\\text{ K}", "77^\\circ\\mathrm{F}", "25\\text{ degrees Celsius}"],
        ["120\\text{ rpm}", "4\\pi\\text{ rad/s}", "2\\text{ rev/s}"], ["18\\text{ months}", "1.5\\text{ years}"],
        ["2\\text{ kWh}", "7200000\\text{ J}", "7.2\\text{ MJ}", "2\\text{ kilowatt hours}"],
        ["1\\text{ eV}", "1.602176634\\times10^{-19}\\text{ J}"], ["1\\text{ gallon}", "231\\text{ cubic inches}"],
        ["2\\text{ atm}", "202.65\\text{ kPa}", "1520\\text{ torr}", "2.0265\\text{ bar}"],
    ]

    @Test(arguments: spellings)
    func spellingsOfOneMeasureMeet(_ spellings: [String]) {
        for gold in spellings {
            for answer in spellings { #expect(isCorrect(gold, answer), "\(gold) | \(answer)") }
        }
    }

    @Test(arguments: [
        ("5\\text{ MJ}", "5\\text{ mJ}"), ("5\\text{ m}", "5\\text{ m}^2"), ("5\\text{ N}", "5\\text{ J}"),
        ("180^\\circ", "\\pi"), ("180^\\circ", "180\\text{ rad}"), ("\\$5", "5\\text{ euros}"),
        ("20^\\circ C", "20^\\circ F"), ("20^\\circ C", "20\\text{ K}"), ("5\\text{ m/s}", "5\\text{ s/m}"),
        ("2\\text{ hours}", "120"), ("1\\text{ kg}", "1000"), ("5\\text{ Hz}", "5\\text{ rad/s}"),
        ("7\\text{ days}", "7\\text{ weeks}"), ("12\\text{ apples}", "12\\text{ coins}"),
        ("3\\text{ F}", "3\\text{ C}"),
    ])
    func otherMeasuresDiffer(gold: String, answer: String) {
        #expect(!isCorrect(gold, answer) && !isCorrect(answer, gold))
    }

    @Test func conversionGoesBothWaysAndNeverAcrossDimensions() {
        let dimensions = [
            ["m", "km", "ft", "mi", "acre/ft"], ["s", "h", "ms", "week"], ["kg", "lb", "g", "N s^2/m"],
            ["J", "kWh", "cal", "eV", "lbf ft"], ["Pa", "bar", "psi", "N/m^2"], ["V", "kV", "W/A"],
            ["T", "gauss", "Wb/m^2"],
        ]
        for (first, units) in dimensions.enumerated() {
            for (second, others) in dimensions.enumerated() {
                for unit in units {
                    for other in others {
                        let (left, right) = ("7\\text{ \(unit)}", "7\\text{ \(other)}")
                        #expect(isCorrect(left, right) == isCorrect(right, left), "\(left) \(right)")
                        if first != second { #expect(!isCorrect(left, right), "\(left) \(right)") }
                    }
                }
            }
        }
    }

    @Test func requiredWantsBothOrNeither() throws {
        let options = try MathOptions(["units": "required"])
        for (gold, answer, expected) in [
            ("12\\text{ kg}", "12", false), ("12", "12\\text{ kg}", false), ("12", "12", true),
            ("12\\text{ kg}", "12000\\text{ g}", true), ("12\\text{ kg}", "12\\text{ m}", false),
        ] {
            #expect(isCorrect(gold, answer, options) == expected, "\(gold) \(answer)")
        }
    }

    @Test func lettersThatMayBeVariablesStayVariables() {
        for (gold, answer, expected) in [
            ("2mN", "2Nm", true), ("\\frac12 mv^2", "\\frac{mv^2}{2}", true), ("3m", "3", false),
            ("2V/A", "\\frac{2V}{A}", true),
            ("3m+2s", "2s+3m", true), ("5 m s", "5sm", true), ("0.64 N", "0.64N", true),
            ("4 \\frac{m}{s}", "\\frac{4m}{s}", true),
            ("2ab", "2ba", true),
        ] {
            #expect(isCorrect(gold, answer) == expected, "\(gold) \(answer)")
        }
    }

    @Test func bothPartsOfAFractionAreOfTheUnit() {
        for (gold, answer, expected) in [
            ("5\\text{ m/s}", "5\\ \\frac{\\mathrm{m}}s", true), ("5\\text{ m s}", "5\\ \\frac{\\mathrm{m}}s", false),
            ("5\\text{ m}", "5\\ \\frac{\\mathrm{m}}s", false), ("5\\text{ m}", "5\\ \\frac{\\mathrm{m}}", false),
            ("5\\text{ m}", "5\\ \\frac{m}", false), ("5\\text{ m/s}", "5\\text{ (((m)))/s}", true),
            ("5\\text{ m/s}", "5\\text{ (((m)))s}", false),
        ] {
            #expect(isCorrect(gold, answer) == expected, "\(gold) \(answer)")
        }
    }

    @Test func longUnitsEnd() {
        let many = String(repeating: "m/", count: 3000) + "s"
        #expect(!isCorrect("5\\text{ m}", "5\\text{ \(many)}"))
        #expect(!isCorrect("5\\text{ m}", "5" + String(repeating: "\\frac{", count: 500) + "m"))
    }
}
