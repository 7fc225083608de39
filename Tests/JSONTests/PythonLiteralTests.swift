import JSON
import Testing

@Suite struct PythonLiteralTests {
    @Test(arguments: [
        (#"[{'role': 'user', 'content': "it's"}]"#, #"[{"role":"user","content":"it's"}]"#),
        (
            #"{'a': True, 'b': None, 'c': (1, 2.5, -3e-05), 'd': 'x\ny\'\x41\u00e9'}"#,
            #"{"a":true,"b":null,"c":[1,2.5,-3e-05],"d":"x\ny'Aé"}"#
        ),
        ("[{'a': 'x'}\n {'a': 'y'}]", #"[{"a":"x"},{"a":"y"}]"#), ("['a' 'b']", #"["a","b"]"#),
        ("[1. 2.]", "[1.0,2.0]"),
        (#"{'x': array([{'a': 1}], dtype=object), 'y': nan, 5: Decimal('1')}"#, #"{"x":[{"a":1}],"y":null,"5":"1"}"#),
        (#"['\\frac{1}{2}', '\quad']"#, #"["\\frac{1}{2}","\\quad"]"#),
        (#"['\ud83d\ude00', '\U0001f600']"#, #"["😀","😀"]"#),
        ("[]", "[]"), ("{}", "{}"), (#"[{"a": 'b'},]"#, #"[{"a":"b"}]"#),
    ])
    func literals(text: String, json: String) {
        #expect(JSONValue.embedded(in: text)?.text == json)
    }

    @Test(arguments: [
        "[a, b]", "{'a'}", "{'a': }", "['a'", "[1, ...]", "[x for x in y]", "{'a': 'b'} and more", "'a'", "[2x + 1]",
        "[__import__('os').system('x')]", "{\\displaystyle x}", "[1] 2", "[\\[x\\]]",
        "['\\x4", "['\\u12", "['\\", "['\\U0001",
    ])
    func otherTexts(text: String) {
        #expect(JSONValue.embedded(in: text) == nil)
    }

    @Test func depthIsBounded() {
        #expect(JSONValue.embedded(in: String(repeating: "['a',", count: 10_000)) == nil)
        #expect(
            JSONValue.embedded(in: String(repeating: "[", count: 70) + "'a'" + String(repeating: "]", count: 70)) == nil
        )
    }
}
