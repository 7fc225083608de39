import JSON
import Testing

@Suite struct JSONCursorTests {
    @Test(arguments: [
        "{}", "[]", " [1, 2.5e-3, -0, true, false, null, \"a\\u00e9\\n\"] ", "{\"a\": {\"b\": [{}]}}",
        "\"\\ud83d\\ude00\"",
        "123456789012345678901234567890",
    ])
    func acceptsJSON(_ text: String) throws { _ = try JSONValue(parsing: text.utf8) }

    @Test(arguments: [
        "", " ", "{", "[1,]", "{\"a\":1,}", "{a:1}", "01", "1.", ".5", "+1", "nan", "tru", "\"a", "\"a\\", "\"\\x\"",
        "\"\\u12g4\"",
        "\"\u{1}\"", "[1 2]", "{\"a\" 1}", "1 2", "[1]]", "-", "1e", "'a'",
    ])
    func refusesWhatIsNot(_ text: String) {
        #expect(throws: JSONError.self) { _ = try JSONValue(parsing: text.utf8) }
    }

    @Test func boundsDepth() {
        let deep = String(repeating: "[", count: 300) + String(repeating: "]", count: 300)
        #expect(throws: JSONError.self) { _ = try JSONValue(parsing: deep.utf8) }
        #expect(throws: Never.self) { _ = try JSONValue(parsing: deep.utf8, maxDepth: 300) }
    }

    @Test func refusesBytesThatAreNotUTF8() {
        #expect(throws: JSONError.self) { _ = try JSONValue(parsing: [0x22, 0xFF, 0x22]) }
        #expect(throws: JSONError.self) {
            _ = try JSONRow(checking: Array("{\"a\":\"".utf8) + [0xC3, 0x28] + Array("\"}".utf8))
        }
    }

    @Test func decodesEscapesAndLoneSurrogates() throws {
        #expect(try JSONValue(parsing: #""\ud83d\ude00 \ud83d \u0041\/""#.utf8) == "😀 \u{FFFD} A/")
    }

    @Test func numbersKeepTheirDigits() throws {
        let text = "[123456789012345678901234567890,0.1000,1e400,-9223372036854775808]"
        let value = try JSONValue(parsing: text.utf8)
        #expect(value.text == text)
        #expect(value.arrayValue?[3].intValue == .min)
        #expect(value.arrayValue?[0].intValue == nil)
        #expect(value.arrayValue?[1].doubleValue == 0.1)
        #expect(value.arrayValue?[2].doubleValue == .infinity)
    }

    @Test func doublesAreCorrectlyRounded() throws {
        var generator = SystemRandomNumberGenerator()
        for _ in 0..<20_000 {
            let value = Double(bitPattern: generator.next())
            if !value.isFinite { continue }
            #expect(try JSONValue(parsing: "\(value)".utf8).doubleValue == value)
        }
        for text in [
            "9007199254740993", "0.1", "1e22", "1e23", "123456789012345e-22", "2.2250738585072011e-308", "0e999999999",
        ] {
            #expect(try JSONValue(parsing: text.utf8).doubleValue == Double(text))
        }
    }

    @Test func numbersWithoutEndAreTakenWhereTheyAreWrittenSo() throws {
        func read(_ text: String, takesNonFinite: Bool = true) throws -> Double {
            try JSONCursor.read(Array(text.utf8)) { cursor in
                cursor.takesNonFinite = takesNonFinite
                return try cursor.double()
            }
        }
        #expect(try read("NaN").isNaN)
        #expect(try read("Infinity") == .infinity)
        #expect(try read(" -Infinity ") == -.infinity)
        #expect(try read("-1.7976931348623157e308") == -.greatestFiniteMagnitude)
        for text in ["1e309", "-1e400", "Inf", "-I", "Nan", "-"] {
            #expect(throws: JSONError.self, "\(text)") { try read(text) }
        }
        for text in ["NaN", "Infinity", "-Infinity", "1e309"] {
            #expect(throws: JSONError.self, "\(text)") { try read(text, takesNonFinite: false) }
        }
    }

    @Test func listsOfIntegersAreReadAsStrictlyAsOneByOne() throws {
        func read(_ text: String) throws -> [Int32] {
            var list: [Int32] = []
            try JSONCursor.read(Array(text.utf8)) { try $0.appendInt32s(to: &list) }
            return list
        }
        #expect(try read(" [0, 7,-1 ,999999999\n,1234567890]") == [0, 7, -1, 999_999_999, 1_234_567_890])
        #expect(try read("[2147483647,-2147483648]") == [.max, .min])
        for text in ["null", "[]", "[ ]"] { #expect(try read(text) == []) }
        for text in ["[,1]", "[1,,2]", "[1 2]", "[01]", "[1,]", "[1", "[1.0]", "[1e2]", "[2147483648]", "[-]", "7"] {
            #expect(throws: JSONError.self, "\(text)") { try read(text) }
        }
    }

    @Test func keysAreComparedByWhatTheyMean() throws {
        var found: [String] = []
        try JSONCursor.read(Array(#"{"text":1,"t\u0065xt":2,"":3,"tex":4,"texts":5,"tent":6}"#.utf8)) { cursor in
            var members = try cursor.enterObject()
            while let key = try cursor.nextKey(&members) {
                switch key {
                case "text": found.append("the text")
                case "": found.append("no name")
                default: found.append(key.text)
                }
                try cursor.skip()
            }
        }
        #expect(found == ["the text", "the text", "no name", "tex", "texts", "tent"])
    }

    @Test func whatStandsInAStringIsFoundAtEveryOffset() throws {
        let marks: [(written: String, read: String)] = [
            (#"\n"#, "\n"), (#"\""#, "\""), (#"\\"#, "\\"), (#"\u00e9"#, "é"), (#"\ud83d\ude00"#, "😀"),
            (#"\ud83d"#, "\u{FFFD}"),
            ("é", "é"), ("数", "数"),
        ]
        for offset in 0...24 {
            let (lead, tail) = (String(repeating: "a", count: offset), String(repeating: "b", count: 24 - offset))
            for (written, read) in marks {
                let text = Array("\"\(lead)\(written)\(tail)\"".utf8)
                #expect(try JSONCursor.read(text) { try $0.string() } == lead + read + tail)
                #expect(try JSONCursor.read(text) { try $0.skip() } == 0..<text.count)
            }
            for refused: [UInt8] in [[0x1F], [0x00], [0x5C, 0x78], [0x22]] {
                let text = Array("\"\(lead)".utf8) + refused + Array("\(tail)\"".utf8)
                #expect(throws: JSONError.self) { try JSONCursor.read(text) { try $0.skip() } }
            }
            let cut = Array("\"\(lead)\\n".utf8) + [0xC3] + Array("\(tail)\"".utf8)
            #expect(throws: JSONError.self) { try JSONCursor.read(cut) { try $0.string() } }
        }
    }
}
