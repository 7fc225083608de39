import Experience
import Foundation
import JSON
import Testing

@testable import ToolCalls

/// Outputs of real families with their right readings, and the templates that ask for them.
@Suite struct ToolSyntaxTests {
    private static let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().appending(path: "shared/data/episodes")

    private static func has(_ name: String) -> Bool {
        FileManager.default.fileExists(atPath: folder.appending(path: name).path)
    }

    @Test(.enabled(if: has("tool_calls.jsonl"), "../shared/data/episodes is absent"))
    func everyOutputIsReadAsItIs() throws {
        let schemas = try JSONValue(parsing: Data(contentsOf: Self.folder.appending(path: "tool_schemas.json")))
        let rows = try Data(contentsOf: Self.folder.appending(path: "tool_calls.jsonl")).split(separator: 0x0A)
        for line in rows {
            let row = try JSONValue(parsing: line)
            let id = row["id"]?.stringValue ?? ""
            let syntax = try #require(ToolSyntax(named: row["syntax"]?.stringValue ?? ""), "\(id)")
            let tools = (schemas[row["tools"]?.stringValue ?? ""]?.arrayValue ?? []).compactMap(Tool.init)
            let special = row["special_at"]?.arrayValue?.compactMap { pair -> Range<Int>? in
                guard let first = pair.arrayValue?.first?.intValue, let last = pair.arrayValue?.last?.intValue else {
                    return nil
                }
                return first..<last
            }
            let turn = syntax.read(
                Array((row["text"]?.stringValue ?? "").utf8), special: special, tools: tools,
                promptTail: row["prompt_tail"]?.stringValue ?? "")
            let expected = try #require(row["expected"])
            func shown(_ call: JSONValue) -> String {
                let status = call["status"]?.stringValue ?? ""
                let arguments = call["arguments"].flatMap { status == "ok" ? $0.canonical.text : nil } ?? ""
                return [status, call["name"]?.stringValue ?? "", arguments].joined(separator: " ")
            }
            let wanted = (expected["calls"]?.arrayValue ?? []).map(shown)
            let found = turn.calls.map {
                [$0.fault?.rawValue ?? "ok", $0.name, $0.arguments?.canonical.text ?? ""].joined(separator: " ")
            }
            #expect(found == wanted, "\(id) \(row["case"]?.stringValue ?? ""): \(row["text"]?.stringValue ?? "")")
            #expect(turn.text == (expected["text"]?.arrayValue ?? []).compactMap(\.stringValue), "\(id)")
            #expect(turn.reasoning == expected["reasoning"]?.stringValue, "\(id)")
        }
    }

    @Test(.enabled(if: has("templates.json"), "../shared/data/episodes is absent"))
    func templatesSayWhichTheyAskFor() throws {
        let table = try JSONValue(parsing: Data(contentsOf: Self.folder.appending(path: "templates.json")))
        for entry in table.arrayValue ?? [] {
            let file = try #require(entry["file"]?.stringValue)
            let template = try String(contentsOf: Self.folder.appending(path: "templates/\(file)"), encoding: .utf8)
            let found = ToolSyntax.recognised(in: template)?.name
            // One that shows no tools asks for none.
            guard entry["tool_call_syntax"]?.stringValue != "other", file != "smollm3.jinja" else { continue }
            let wanted = entry["tool_call_syntax"]?.stringValue
            #expect(found == wanted || (found == "lfm2" && wanted == "pythonic"), "\(file)")
        }
    }

    @Test(
        arguments: [
            ("<functions>{{ tools }}</functions> … <function_calls>\nname(", "olmo3"),
            ("<function_calls><invoke name=\"", nil),
            ("calls in a single JSON array: [{\"name\": \"tool_call_name\"", "xlam"),
            ("{\"name\": \"tool_call_name\", \"parameters\": {}}", nil),
            ("<longcat_tool_call>{\"name\"", "longcat"), ("<longcat_tool_call>f<longcat_arg_key>", "longcat_keyed"),
            ("<｜DSML｜function_calls>", "deepseek_v32"), ("<｜DSML｜tool_calls>", "deepseek_dsml"),
            ("<steptml:invoke name=", "step3"), ("<|tools_prefix|>", "apertus"),
            ("<function name=\"f\"><param name=\"a\">", "minicpm5"), ("<function=f><parameter=a>", "qwen3_coder_xml"),
        ] as [(String, String?)])
    func aTemplateIsToldByItsWords(template: String, name: String?) {
        #expect(ToolSyntax.recognised(in: template)?.name == name)
    }

    private static let tools = [
        Tool(
            name: "search", description: "",
            parameters: [
                "type": "object", "required": ["query"],
                "properties": ["query": ["type": "string"], "limit": ["type": "integer"]],
            ])
    ]

    // swift-format-ignore
    static let examples: [(syntax: String, text: String)] = [
        ("hermes_json", #"<tool_call>\#n{"name": "search", "arguments": {"query": "a", "limit": 3}}\#n</tool_call>"#),
        ("qwen3_coder_xml", #"<tool_call>\#n<function=search>\#n<parameter=query>\#na\#n</parameter>\#n<parameter=limit>\#n3\#n</parameter>\#n</function>\#n</tool_call>"#),
        ("seed_oss", #"<seed:tool_call>\#n<function=search>\#n<parameter=query>a</parameter>\#n<parameter=limit>3</parameter>\#n</function>\#n</seed:tool_call>"#),
        ("minimax_m2", #"<minimax:tool_call>\#n<invoke name="search">\#n<parameter name="query">a</parameter>\#n<parameter name="limit">3</parameter>\#n</invoke>\#n</minimax:tool_call>"#),
        ("atem", #"<atem:function_calls>\#n<atem:invoke name="search">\#n<atem:parameter name="query">a</atem:parameter>\#n<atem:parameter name="limit">3</atem:parameter>\#n</atem:invoke>\#n</atem:function_calls>"#),
        ("deepseek_dsml", #"<｜DSML｜tool_calls>\#n<｜DSML｜invoke name="search">\#n<｜DSML｜parameter name="query" string="true">a</｜DSML｜parameter>\#n<｜DSML｜parameter name="limit" string="false">3</｜DSML｜parameter>\#n</｜DSML｜invoke>\#n</｜DSML｜tool_calls>"#),
        ("deepseek_v32", #"<｜DSML｜function_calls>\#n<｜DSML｜invoke name="search">\#n<｜DSML｜parameter name="query" string="true">a</｜DSML｜parameter>\#n<｜DSML｜parameter name="limit" string="false">3</｜DSML｜parameter>\#n</｜DSML｜invoke>\#n</｜DSML｜function_calls>"#),
        ("step3", #"<｜tool_calls_begin｜>\#n<｜tool_call_begin｜>function<｜tool_sep｜><steptml:invoke name="search"><steptml:parameter name="query">a</steptml:parameter><steptml:parameter name="limit">3</steptml:parameter></steptml:invoke><｜tool_call_end｜>\#n<｜tool_calls_end｜>"#),
        ("longcat", #"<longcat_tool_call>\#n{"name": "search", "arguments": {"query": "a", "limit": 3}}\#n</longcat_tool_call>"#),
        ("longcat_keyed", #"<longcat_tool_call>search\#n<longcat_arg_key>query</longcat_arg_key>\#n<longcat_arg_value>a</longcat_arg_value>\#n<longcat_arg_key>limit</longcat_arg_key>\#n<longcat_arg_value>3</longcat_arg_value>\#n</longcat_tool_call>"#),
        ("minicpm5", #"<function name="search"><param name="query">a</param><param name="limit">3</param></function>"#),
        ("apertus", #"<|tools_prefix|>[{"search": {"query": "a", "limit": 3}}]<|tools_suffix|>"#),
        ("olmo3", #"<function_calls>\#nsearch(query="a", limit=3)\#n</function_calls>"#),
        ("xlam", #"[{"name": "search", "arguments": {"query": "a", "limit": 3}}]"#),
        ("glm45", #"<tool_call>search\#n<arg_key>query</arg_key>\#n<arg_value>a</arg_value>\#n<arg_key>limit</arg_key>\#n<arg_value>3</arg_value>\#n</tool_call>"#),
        ("deepseek_v3", #"<｜tool▁calls▁begin｜><｜tool▁call▁begin｜>function<｜tool▁sep｜>search\#n```json\#n{"query": "a", "limit": 3}\#n```<｜tool▁call▁end｜><｜tool▁calls▁end｜>"#),
        ("deepseek_v31", #"<｜tool▁calls▁begin｜><｜tool▁call▁begin｜>search<｜tool▁sep｜>{"query": "a", "limit": 3}<｜tool▁call▁end｜><｜tool▁calls▁end｜>"#),
        ("kimi_k2", #"<|tool_calls_section_begin|><|tool_call_begin|>functions.search:0<|tool_call_argument_begin|>{"query": "a", "limit": 3}<|tool_call_end|><|tool_calls_section_end|>"#),
        ("llama3_json", #"{"name": "search", "parameters": {"query": "a", "limit": 3}}"#),
        ("pythonic", #"[search(query='a', limit=3)]"#),
        ("lfm2", #"<|tool_call_start|>[search(query="a", limit=3)]<|tool_call_end|>"#),
        ("mistral_json", #"[TOOL_CALLS][{"name": "search", "arguments": {"query": "a", "limit": 3}}]"#),
        ("mistral_args", #"[TOOL_CALLS]search[ARGS]{"query": "a", "limit": 3}"#),
        ("granite3", #"<|tool_call|>[{"name": "search", "arguments": {"query": "a", "limit": 3}}]"#),
        ("phi4", #"functools[{"name": "search", "arguments": {"query": "a", "limit": 3}}]"#),
        ("nemotron_nano", #"<TOOLCALL>[{"name": "search", "arguments": {"query": "a", "limit": 3}}]</TOOLCALL>"#),
        ("tool_calls", #"<tool_calls>\#n{"name": "search", "arguments": {"query": "a", "limit": 3}}\#n</tool_calls>"#),
        ("command_r", #"<|START_ACTION|>[{"tool_call_id": "0", "tool_name": "search", "parameters": {"query": "a", "limit": 3}}]<|END_ACTION|>"#),
        ("internlm2", #"<|action_start|><|plugin|>{"name": "search", "parameters": {"query": "a", "limit": 3}}<|action_end|>"#),
        ("gigachat", #"<|function_call|>{"name": "search", "arguments": {"query": "a", "limit": 3}}"#),
        ("granite_20b", #"<function_call> {"name": "search", "arguments": {"query": "a", "limit": 3}}"#),
        ("gemma4", #"<|tool_call>call:search{query:<|"|>a<|"|>,limit:3}<tool_call|>"#),
        ("functiongemma", #"<start_function_call>call:search{query:<escape>a<escape>,limit:<escape>3<escape>}<end_function_call>"#),
        ("harmony", #"<|channel|>analysis<|message|>hm<|end|><|start|>assistant<|channel|>commentary to=functions.search <|constrain|>json<|message|>{"query": "a", "limit": 3}<|call|>"#),
    ]

    @Test func everySyntaxHasAnExample() {
        #expect(Set(Self.examples.map(\.syntax)) == Set(ToolSyntax.all.map(\.name)))
    }

    @Test(arguments: examples)
    func aCallIsReadAndACutOneIsNone(syntax name: String, text: String) throws {
        let syntax = try #require(ToolSyntax(named: name))
        func calls(_ text: String) -> [ToolCall] { syntax.read(Array(text.utf8), tools: Self.tools).calls }
        let call = try #require(calls(text).first)
        #expect(call.fault == nil && call.name == "search", "\(call.explanation ?? "")")
        #expect(call.arguments == ["limit": 3, "query": "a"])
        #expect(calls(text.replacing("search", with: "serch")).map(\.fault) == [.unknownTool])
        #expect(calls(text.replacing("3", with: "[]")).map(\.fault) == [.schema])
        // Wherever it is cut off, no call is made of what is left.
        for count in 0..<text.utf8.count {
            let rest = syntax.read(Array(text.utf8.prefix(count)), tools: Self.tools)
            let isWhole = text.utf8.dropFirst(count).allSatisfy { $0 != UInt8(ascii: "}") && $0 != UInt8(ascii: "3") }
            #expect(isWhole || rest.calls.allSatisfy { $0.fault != nil }, "\(text.utf8.prefix(count).count)")
        }
    }

    @Test(arguments: ["[search(query='a') search(query='b')]", "[search(query='a'); search(query='b')]"])
    func callsThatNothingParts(text: String) throws {
        let syntax = try #require(ToolSyntax(named: "pythonic"))
        #expect(syntax.read(Array(text.utf8), tools: Self.tools).calls.map(\.fault) == [.malformedStructure])
    }

    /// Several calls in one block, as each family parts them.
    @Test(arguments: [
        ("olmo3", "<function_calls>\nsearch(query=\"a\")\nsearch(query=\"b\", limit=null)\n</function_calls>", 1),
        ("olmo3", "<function_calls>search(query='a')\nsearch(query='b')</function_calls>", 2),
        ("olmo3", "<function_calls>[search(query='a'), search(query='b')]</function_calls>", 2),
        ("apertus", #"<|tools_prefix|>[{"search": {"query": "a"}}, {"search": {"query": "b"}}]<|tools_suffix|>"#, 2),
        ("apertus", #"<|tools_prefix|>[{"search": {"query": "a"}, "find": {}}]<|tools_suffix|>"#, 0),
        (
            "xlam",
            #"[{"name": "search", "arguments": {"query": "a"}}, {"name": "search", "arguments": {"query": "b"}}]"#, 2
        ),
        ("xlam", #"{"name": "search", "arguments": {"query": "a"}}"#, 1),
        (
            "minicpm5",
            #"<function name="search"><param name="query">if a < b: name="c"</param></function>"#
                + #"<function name="search"><param name="query">b</param></function>"#, 2
        ),
        (
            "step3",
            "<｜tool_calls_begin｜><｜tool_call_begin｜>function<｜tool_sep｜><steptml:invoke name=\"search\">"
                + "<steptml:parameter name=\"query\">a</steptml:parameter></steptml:invoke><｜tool_call_end｜>"
                + "<｜tool_call_begin｜>function<｜tool_sep｜><steptml:invoke name=\"search\">"
                + "<steptml:parameter name=\"query\">b</steptml:parameter></steptml:invoke><｜tool_call_end｜>"
                + "<｜tool_calls_end｜>", 2
        ),
    ])
    func severalCallsOfABlock(syntax name: String, text: String, right: Int) throws {
        let turn = try #require(ToolSyntax(named: name)).read(Array(text.utf8), tools: Self.tools)
        #expect(turn.calls.count { $0.fault == nil } == right, "\(turn.calls)")
        #expect(turn.text == [])
    }

    @Test(arguments: [#"[1, 2, 3]"#, #"[{"name": "Ada", "born": 1815}]"#, "[see the name] there"])
    func aListThatIsNoCallIsText(text: String) throws {
        let turn = try #require(ToolSyntax(named: "xlam")).read(Array(text.utf8), tools: Self.tools)
        #expect(turn.calls.isEmpty && turn.text == [text])
    }

    @Test func whatIsNoListOfCallsIsText() throws {
        let syntax = try #require(ToolSyntax(named: "pythonic"))
        for text in ["It is 3.", "[1, 2]", "search(query='a')"] {
            let turn = syntax.read(Array(text.utf8), tools: Self.tools)
            #expect(turn.calls.isEmpty && turn.text == [text], "\(text)")
        }
    }

    @Test(
        "A call whose arguments are no literals is passed over as a whole",
        arguments: [
            "f(1)", "f((1))", "f([(2)], {3: ')'})", "')'", #""a)" + b"#, "query=f((')'))", "query=x, limit=(((3)))",
        ])
    func argumentsThatAreNoLiterals(arguments: String) throws {
        let syntax = try #require(ToolSyntax(named: "pythonic"))
        let calls = syntax.read(Array("[search(\(arguments)), search(query='b')]".utf8), tools: Self.tools).calls
        #expect(calls.map(\.fault) == [.malformedStructure, nil])
        #expect(calls.map(\.name) == ["search", "search"])
    }

    @Test(arguments: [
        (#"a\ud83d\ude00"#, false), (#"\uD83D\uDE00\uDBFF\uDFFF"#, false), (#"\\ud83d"#, false), (#"\n\u0041"#, false),
        (#"\ud83d"#, true), (#"\ud83d\u0041"#, true), (#"\ud83d\ud83d"#, true), (#"\ude00"#, true), (#"\ud83dx"#, true),
        (#"\ud7ff\ue000"#, false), ("", false), (#"\"#, false),
    ])
    func halvesOfCharacters(json: String, isHalf: Bool) {
        let text = MarkedText(Array(json.utf8), special: nil)
        #expect(text.hasHalfCharacter(text.all) == isHalf)
    }

    @Test func bytesAreFoundWhereverTheyStand() {
        let text = MarkedText(Array("<<a><b".utf8), special: nil)
        #expect(text.spelt(Array("<a>".utf8), in: 0..<6) == 1..<4)
        #expect(text.spelt(Array("<a>".utf8), in: 1..<4) == 1..<4)
        #expect(text.spelt(Array("<b".utf8), in: 0..<6) == 4..<6)
        #expect(text.spelt(Array("<b".utf8), in: 0..<5) == nil)
        #expect(text.spelt(Array("b".utf8), in: 0..<6) == 5..<6)
        #expect(text.spelt([], in: 0..<6) == nil)
        #expect(text.first(UInt8(ascii: "b"), in: 0..<6) == 5)
        #expect(text.first(UInt8(ascii: "b"), in: 0..<5) == nil)
        #expect(text.first(UInt8(ascii: "<"), in: 3..<3) == nil)
        #expect(MarkedText([], special: nil).first(0, in: 0..<0) == nil)
    }

    /// The same letters in ordinary tokens are what somebody wrote about.
    @Test(arguments: examples)
    func aMarkerInOrdinaryTokensIsText(syntax name: String, text: String) throws {
        let syntax = try #require(ToolSyntax(named: name))
        guard let opener = syntax.grammar.opener, opener.isToken else { return }
        let turn = syntax.read(Array("He wrote: \(text)".utf8), special: [], tools: Self.tools)
        #expect(turn.calls.isEmpty)
        #expect(turn.text == ["He wrote: \(text)"])
    }

    @Test func timeGrowsWithTheText() throws {
        // Tens of thousands of markers: what is quadratic would not end.
        for example in Self.examples {
            let syntax = try #require(ToolSyntax(named: example.syntax))
            for part in [example.text, String(example.text.prefix(example.text.count / 2)), "<", "[", "{\"", "```\n"] {
                let count = (1 << 15) / part.utf8.count
                let turn = syntax.read(
                    Array(repeatElement(Array(part.utf8), count: count).joined()), tools: Self.tools)
                #expect(turn.calls.count <= 1025)
            }
        }
    }
}
