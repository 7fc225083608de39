import Foundation
import JSON
import Testing

@Suite struct JSONCanonicalTests {
    func canonical(_ text: String) throws -> String { try JSONValue(parsing: text.utf8).canonical.text }

    @Test(arguments: [
        ("1", ["1.0", "1e0", "1E+0", "10e-1", "0.1e1", "100e-2", "1.000", "1e-0"]),
        ("0", ["-0", "0.0", "-0.0e7", "0e999999999999999999999", "0e-5"]),
        ("-12.5", ["-125e-1", "-1.25E1", "-12.500"]),
        ("1000", ["1e3", "1000.0", "0.1e4"]),
        ("0.001", ["1e-3", "0.0010"]),
        ("0.000001", ["1e-6"]), ("1e-7", ["0.0000001", "10E-8"]),
        ("1.5e300", ["15e299", "1.50e+300", "0.15e301"]),
        ("12345678901234567890123", ["12345678901234567890123.0", "1.2345678901234567890123e22"]),
        ("9007199254740993", ["9007199254740993.0", "9.007199254740993e15"]),
        ("100000000000000000000000000000", ["1e29"]),
        ("1e999", ["0.1e1000", "10e998"]),
    ]) func numbersHaveOneSpelling(_ expected: String, _ spellings: [String]) throws {
        for spelling in spellings + [expected] { #expect(try canonical(spelling) == expected, "\(spelling)") }
    }

    @Test func numbersThatDifferStayApart() throws {
        let texts = [
            "9007199254740992", "9007199254740993", "0.1", "0.10000000000000000555", "1e1000", "1e1001", "-1", "1",
        ]
        #expect(Set(try texts.map(canonical)).count == texts.count)
    }

    @Test func exponentsAreBounded() throws {
        let huge = "1e\(String(repeating: "9", count: 40))"
        #expect(try canonical(huge) == huge)
        #expect(try canonical("1e-999999999999999999") == "1e-999999999999999999")
        #expect(try canonical(String(repeating: "7", count: 100_000)).count == 100_000)
    }

    @Test func objectsAreByKeyAtEveryDepth() throws {
        #expect(
            try canonical(#"{"b":[{"d":1,"c":2.0}],"a":{"é":1,"z":2,"Z":3,"":4}}"#)
                == #"{"a":{"":4,"Z":3,"z":2,"é":1},"b":[{"c":2,"d":1}]}"#)
        // As every reader takes it: the last of two members with one key.
        #expect(try canonical(#"{"a":1,"b":0,"a":2}"#) == #"{"a":2,"b":0}"#)
        #expect(try canonical("{\"e\u{301}\":1,\"\u{e9}\":2}").utf8.count(where: { $0 == UInt8(ascii: ":") }) == 2)
        #expect(try canonical(#"[3,1,2]"#) == "[3,1,2]")
    }

    @Test func orderedLeavesNumbersAsWritten() throws {
        #expect(try JSONValue(parsing: #"{"b":1.0,"a":[1e2]}"#.utf8).ordered.text == #"{"a":[1e2],"b":1.0}"#)
    }

    @Test func canonicalIsAFixedPoint() throws {
        var random = SystemRandomNumberGenerator()
        for _ in 0..<2000 {
            let digits = (0..<Int.random(in: 1...30, using: &random)).map { _ in String(Int.random(in: 0...9)) }
                .joined()
            let text = "\(Bool.random() ? "-" : "")1\(digits).\(digits)e\(Int.random(in: -80...80))"
            let once = try JSONValue(parsing: text.utf8).canonical
            #expect(once.canonical == once, "\(text)")
            #expect(once.doubleValue == Double(text), "\(text): \(once.text)")
        }
    }

    @Test func whatADecoderGivesHasOneOrder() throws {
        let text = #"{"percent":1,"units":{"b":2,"a":[true,null]},"listOrder":"kept","big":12345678901234567890123}"#
        let decoded = try JSONDecoder().decode(JSONValue.self, from: Data(text.utf8))
        #expect(
            decoded.text
                == #"{"big":12345678901234567890123,"listOrder":"kept","percent":1,"units":{"a":[true,null],"b":2}}"#)
    }
}
