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

    @Test(arguments: [0, 7, -1, 10, -905, .max, .min])
    func integersAreTheirDigits(value: Int) {
        var writer = JSONWriter()
        writer.int(value)
        #expect(String(decoding: writer.bytes, as: UTF8.self) == "\(value)")
    }
}
