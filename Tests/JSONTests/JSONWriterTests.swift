import JSON
import Testing

@Suite struct JSONWriterTests {
    @Test func placesCommasAndEscapes() throws {
        var writer = JSONWriter()
        writer.object { writer in
            writer.key("a\"\\\n\u{1}é")
            writer.array { writer in
                writer.int(1)
                writer.double(0.5)
                writer.double(.nan)
                writer.string(nil)
                writer.bool(true)
                writer.object { _ in }
            }
            writer.key("b")
            writer.value(["x": [], "y": nil])
        }
        let text = String(decoding: writer.bytes, as: UTF8.self)
        #expect(text == #"{"a\"\\\n\u0001é":[1,0.5,null,null,true,{}],"b":{"x":[],"y":null}}"#)
        #expect(try JSONValue(parsing: writer.bytes).text == text)
    }

    @Test func listsOfIntegersAreWhole() throws {
        for count in [0, 1, 2, 400, 5_000] {
            let values = (0..<count).map { [0, 9, 10, -1, 99_999, .max, .min, Int32($0)][$0 % 8] }
            var writer = JSONWriter()
            try writer.object { writer in
                writer.key("ids")
                writer.int32s(values)
                writer.key("n")
                writer.int(1)
            }
            let read = try JSONValue(parsing: writer.bytes)
            #expect(read["ids"]?.arrayValue?.map(\.intValue) == values.map { Int($0) })
            #expect(read["n"] == 1)
        }
    }

    @Test(arguments: [0, 7, -1, 10, -905, .max, .min])
    func integersAreTheirDigits(value: Int) {
        var writer = JSONWriter()
        writer.int(value)
        #expect(String(decoding: writer.bytes, as: UTF8.self) == "\(value)")
    }
}
