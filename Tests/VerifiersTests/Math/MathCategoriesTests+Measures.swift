/// Spellings of answers, right and wrong: units, ratio, base, time, date.
extension MathCategoriesTests {
    static let spelledMeasures: [MathCase] = [
        MathCase(
            "units", #"12\text{ cm}"#,
            right: [
                "12", "12cm", #"12 \text{ cm}"#, #"12\,\mathrm{cm}"#, #"12~\text{cm}"#, "12 centimeters", #"12\;cm"#,
                #"12\text{ centimetres}"#, #"12\textrm{ cm}"#, #"12\operatorname{cm}"#,
            ],
            wrong: [
                #"12\text{ m}"#, #"12\text{ mm}"#, "12 inches", #"1.2\text{ cm}"#, #"12\text{ cm}^2"#,
            ]),
        MathCase(
            "units", #"25\text{ m}^2"#,
            right: [
                "25", "25 m^2", #"25\text{ square meters}"#, #"25\,\mathrm{m}^2"#, #"25\text{ m²}"#, "25 sq m",
                #"25\text{ sq. m}"#, "25 square metres",
            ],
            wrong: [
                #"25\text{ m}"#, #"25\text{ m}^3"#, #"25\text{ cm}^2"#, "625", "5",
            ]),
        MathCase(
            "units", #"60\text{ mph}"#,
            right: [
                "60", "60 miles per hour", #"60\text{ mi/h}"#, #"60\,\text{miles/hour}"#, "60 mph",
            ],
            wrong: [
                #"60\text{ km/h}"#, "6", #"60\text{ m/s}"#,
            ]),
        MathCase(
            "units", #"45^\circ"#,
            right: [
                "45", "45°", "45 degrees", #"45^{\circ}"#, #"45\text{ degrees}"#, #"45\degree"#, #"45\text{°}"#,
                #"\angle ABC = 45^\circ"#,
            ],
            wrong: [
                #"45\text{ radians}"#, #"54^\circ"#, #"135^\circ"#, #"45\text{ cm}"#, "0.785",
            ]),
        MathCase(
            "units", #"7\text{ hours}"#,
            right: [
                "7", "7 hrs", "7 h", #"7\text{ hr}"#, "7 hours",
            ],
            wrong: [
                "7 minutes", #"7\text{ days}"#, "70",
            ]),
        MathCase(
            "units", #"3\text{ kg}"#,
            right: [
                "3", "3kg", "3 kilograms", #"3\mathrm{~kg}"#,
            ],
            wrong: [
                "3 g", #"3\text{ lb}"#,
            ]),
        MathCase(
            "units", #"15\text{ apples}"#,
            right: [
                "15", "15 apples",
            ],
            wrong: [
                "16 apples", "15 oranges", "51",
            ]),
        MathCase(
            "units", #"20\text{ N}"#,
            right: [
                "20", "20 N", #"20\text{ newtons}"#, #"20\,\mathrm{N}"#,
            ],
            wrong: []),
        MathCase(
            "units", #"10\ \Omega"#,
            right: [
                #"10\,\Omega"#
            ],
            wrong: []),
        MathCase(
            "units", #"5\times10^{-3}\text{ mol}"#,
            right: [
                "0.005", "5e-3 mol", #"0.005\text{ mol}"#,
            ],
            wrong: []),
        MathCase(
            "ratio", "3:5",
            right: [
                "3 : 5", "6:10", "3/5", #"3\text{ to }5"#, #"\frac{3}{5}"#, #"3\!:\!5"#, #"3\text{:}5"#,
                #"3\colon5"#,
            ],
            wrong: [
                "5:3", "3:8", "3:5:1", "35", "3.5", "5/3",
            ]),
        MathCase(
            "ratio", "2:3:4",
            right: [
                "4:6:8", "2 : 3 : 4", "1:1.5:2", #"\frac12:\frac34:1"#,
            ],
            wrong: [
                "4:3:2", "2:3", "2:3:5", "24",
            ]),
        MathCase(
            "base", "1101_2",
            right: [
                "1101_{2}", #"1101_{\text{two}}"#, "(1101)_2", #"1101_\text{two}"#, "{1101}_2", "1101_{(2)}",
            ],
            wrong: [
                "1101_3", "1011_2", "11101_2",
            ]),
        MathCase(
            "base", "2A7_{16}",
            right: [
                "2A7_{16}", "2a7_{16}", #"\text{2A7}_{16}"#,
            ],
            wrong: [
                "2A8_{16}", "2A7_{12}",
            ]),
        MathCase(
            "base", "345_7",
            right: [
                "345_{7}", "345",
            ],
            wrong: [
                "345_8", "180", "354_7",
            ]),
        MathCase(
            "time", "4:45 p.m.",
            right: [
                "4:45 PM", "4:45", "16:45", #"4:45\text{ p.m.}"#, #"4:45\text{pm}"#, #"4:45 \text{ PM}"#, "04:45 PM",
                "4:45pm", #"4{:}45\text{ p.m.}"#,
            ],
            wrong: [
                "4:45 a.m.", "4:54 p.m.", "5:45 p.m.", "445", "4.45", "16:54", "4:65", "28:45", "4:60", "16:45:60",
            ]),
        MathCase(
            "time", #"10\text{ p.m.}"#,
            right: [
                "22:00", "10:00 PM", "10:00", #"10\text{ pm}"#,
            ],
            wrong: [
                #"10\text{ a.m.}"#, "22:30", "10:30 PM", "10", "2:00", "11:00",
            ]),
        MathCase(
            "time", #"12\text{ p.m.}"#,
            right: [
                "12:00", "12:00 PM",
            ],
            wrong: [
                "0:00", "12:00 AM", "24:00", "13:00",
            ]),
        MathCase(
            "time", #"1\text{ a.m.}"#,
            right: [
                "1:00", "1:00 AM",
            ],
            wrong: [
                "13:00", "1:00 PM", "13 a.m.",
            ]),
        MathCase(
            "time", "09:05",
            right: [
                "9:05", "9:05 AM", "9:05 a.m.",
            ],
            wrong: [
                "9:50", "09:06",
            ]),
        MathCase(
            "time", #"12:30\text{ a.m.}"#,
            right: [
                "12:30 AM", "0:30", "00:30", "12:30",
            ],
            wrong: [
                "12:30 PM"
            ]),
        MathCase(
            "time", #"12:30\text{ p.m.}"#,
            right: [
                "12:30 PM", "12:30",
            ],
            wrong: [
                "12:30 AM", "0:30", "24:30",
            ]),
        MathCase(
            "time", #"2\text{ hours }15\text{ minutes}"#,
            right: [
                #"2\text{ hours and }15\text{ minutes}"#, "2 hours 15 minutes",
                #"2\text{ hours, }15\text{ minutes}"#,
            ],
            wrong: [
                #"2\text{ hours }50\text{ minutes}"#, #"3\text{ hours }15\text{ minutes}"#, "2 hours", "17",
            ]),
        MathCase(
            "date", #"\text{July 4, 1776}"#,
            right: [
                "July 4, 1776", #"\text{July 4th, 1776}"#, "July 4 1776", #"\text{4 July 1776}"#,
            ],
            wrong: [
                "July 5, 1776", "July 4, 1777", "June 4, 1776", "4", "1776",
            ]),
        MathCase(
            "date", "2024-03-15",
            right: [
                "2024-03-15", #"\text{2024-03-15}"#,
            ],
            wrong: [
                "2024-03-16", "2006", "2024-15-03", "2023-03-15",
            ]),
        MathCase(
            "date", #"\text{Tuesday}"#,
            right: [
                "Tuesday", "tuesday", #"\text{tuesday}"#, #"\mathrm{Tuesday}"#,
            ],
            wrong: [
                "Thursday", #"\text{Monday or Tuesday}"#, "Wednesday", "not Tuesday", "2",
            ]),
    ]
}
