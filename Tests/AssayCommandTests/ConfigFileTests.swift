import Experience
import Foundation
import JSON
import Testing

@testable import AssayCommand

@Suite struct ConfigFileTests {
    struct Inner: Codable, Equatable {
        var n = 8
        var rate = 1.0
        var names = ["a"]
    }

    struct Element: Codable, Equatable {
        var path = ""
        var weight: Double?
    }

    struct Outer: Codable, Equatable {
        var name = "run"
        var list: [Element] = []
        var word: String?
        var inner = Inner()
        var free: JSONValue = .object([])
        var on: Bool?
    }

    static let fields = [
        ConfigField("name", ""), ConfigField("on", ""), ConfigField("free", "", kind: .free),
        ConfigField("word", "", words: ["vllm", "sglang"]),
        ConfigField("list", "", kind: .sections([ConfigField("path", ""), ConfigField("weight", "")])),
        ConfigField(
            "inner", "", kind: .section([ConfigField("n", ""), ConfigField("rate", ""), ConfigField("names", "")])),
    ]

    func load(_ yaml: String, set: [String] = []) throws -> Outer {
        var file = try ConfigFile(yaml: yaml, path: "c.yaml", fields: Self.fields)
        for assignment in set { try file.set(assignment, fields: Self.fields) }
        return try file.decode(over: Outer())
    }

    @Test func absentKeysHaveDefaults() throws {
        #expect(try load("") == Outer())
        #expect(try load("# nothing\n") == Outer())
        #expect(try load("inner:\n") == Outer())
        let config = try load("name: x\ninner: {n: 3}\nfree: {deep: [1, 2.5, yes, ~, 'a']}\non: true")
        #expect(config.name == "x")
        #expect(config.inner == Inner(n: 3))
        #expect(config.free == ["deep": [1, 2.5, true, nil, "a"]])
        #expect(config.on == true)
    }

    @Test func overridesWin() throws {
        let config = try load("inner: {n: 3, rate: 2}", set: ["inner.n=5", "name=wide", "free.a.b=[1]"])
        #expect(config.inner == Inner(n: 5, rate: 2))
        #expect(config.name == "wide")
        #expect(config.free == ["a": ["b": [1]]])
    }

    @Test(arguments: [
        ("name: a\nnmae: b", "c.yaml:2: unknown key 'nmae'; did you mean 'name'?"),
        ("inner:\n  n: 1\n  rat: 2", "c.yaml:3: unknown key 'inner.rat'; did you mean 'rate'?"),
        ("zzzzzzzz: 1", "c.yaml:1: unknown key 'zzzzzzzz'; known: name, on, free, word, list, inner"),
        ("name: a\ninner:\n  n: many", "c.yaml:3: inner.n: expected an integer, not \"many\""),
        ("inner:\n  n: 1.5", "c.yaml:2: inner.n: expected an integer, not 1.5"),
        ("on: 3", "c.yaml:1: on: expected true or false, not 3"),
        ("inner: 3", "c.yaml:1: 'inner' is a section with keys of its own: n, rate, names"),
        ("inner: {names: a}", "c.yaml:1: inner.names: expected a list, not \"a\""),
        ("name: a\nname: b", "duplicated key(s): 'name'"),
        ("- a", "c.yaml:1: expected keys and values at the top level"),
        ("name: [", "not valid YAML"), ("inner: {rate: .nan}", "c.yaml:1: '.nan' is not a finite number"),
        ("inner: {rate: -.inf}", "'-.inf' is not a finite number"), ("inner: {rate: 1e400}", "is not a finite number"),
    ])
    func errorsNameKeyAndLine(_ yaml: String, _ message: String) throws {
        let error = try #require(throws: ConfigError.self) { _ = try load(yaml) }
        #expect(error.description.contains(message), "\(error)")
    }

    /// Numbers to base 60 in YAML 1.1.
    @Test(arguments: ["1:30", "9223372036854775807:59", "1:2:3:4:5:6:7:8:9:10:11:12:13", "1:1e400"])
    func aColonMakesAText(_ text: String) throws {
        #expect(try load("name: \(text)").name == text)
        #expect(throws: ConfigError.self) { try load("inner: {n: \(text)}") }
    }

    @Test func aliasesOfAliasesEnd() throws {
        let aliases = (1..<12).map { "  a\($0): &a\($0) [\(String(repeating: "*a\($0 - 1), ", count: 9))]\n" }
        let error = try #require(throws: ConfigError.self) {
            _ = try load("free:\n  a0: &a0 [x]\n" + aliases.joined())
        }
        #expect(error.description.contains("more than 20000 values"))
    }

    @Test func overrideErrorsNameTheKey() throws {
        for (assignment, message) in [
            ("inner.m=1", "--set inner.m: unknown key 'inner.m'"), ("name", "expected key=value"),
            ("name.x=1", "unknown key 'name.x'"),
            ("free" + String(repeating: ".a", count: 50_000) + "=1", "more than 64 keys deep"),
        ] {
            let error = try #require(throws: ConfigError.self) { _ = try load("", set: [assignment]) }
            #expect(error.description.contains(message), "\(error)")
        }
    }

    @Test func listsOfSectionsHaveKeysByIndex() throws {
        let config = try load(
            "list:\n- {path: a, weight: 2}\n- path: b\nfree: {parts: [{v: 1, o: {x: 1}}, {v: 2, o: {x: 2}}]}")
        #expect(config.list == [Element(path: "a", weight: 2), Element(path: "b")])
        #expect(config.free["parts"]?.arrayValue?.count == 2)
        for (yaml, message) in [
            ("list:\n- path: a\n- pth: b", "c.yaml:3: unknown key 'list.1.pth'; did you mean 'path'?"),
            ("list:\n- path: a\n- path: b\n  weight: much", "c.yaml:4: list.1.weight: expected a number, not \"much\""),
            ("list:\n- path: a\n- b", "c.yaml:3: 'list.1' is a section with keys of its own: path, weight"),
            ("list: {path: a}", "c.yaml:1: 'list' is a list of sections with the keys path, weight"),
            ("list:\n- path: a\n  path: b", "duplicated key(s): 'path'"),
        ] {
            let error = try #require(throws: ConfigError.self) { _ = try load(yaml) }
            #expect(error.description.contains(message), "\(error)")
        }
    }

    @Test func aProblemInAnElementHasItsLine() throws {
        let file = try ConfigFile(
            yaml: "free:\n  parts:\n  - a\n  - v: 1\n    o: {}", path: "c.yaml", fields: Self.fields)
        #expect(file.located(ConfigProblem("free.parts.1.o.x", "no")).description == "c.yaml:5: free.parts.1.o.x: no")
        #expect(file.located(ConfigProblem("free.parts.0", "no")).description == "c.yaml:3: free.parts.0: no")
    }

    @Test func aliasesAndMergeKeysAreFollowed() throws {
        let config = try load(
            "inner: &i {n: 3, names: [x]}\nfree: {copy: *i, more: {<<: *i, n: 4}, both: {<<: [{a: 1}, {a: 2, b: 3}]}}")
        #expect(config.inner.n == 3)
        let copy: JSONValue = ["n": 3, "names": ["x"]]
        #expect(config.free["copy"] == copy)
        #expect(config.free["more"]?["n"] == 4 && config.free["more"]?["names"] == ["x"])
        #expect(config.free["both"]?["a"] == 1 && config.free["both"]?["b"] == 3)
    }

    @Test(arguments: [
        ("0x1F", 31), ("0o17", 15), ("0b101", 5), ("1_000", 1000), ("1e3", 1000), ("+7", 7), ("-0", 0), ("2.0", 2),
    ])
    func integersInEveryNotation(_ text: String, _ value: Int) throws {
        #expect(try load("inner: {n: \(text)}").inner.n == value)
        #expect(try load("", set: ["inner.n=\(text)"]).inner.n == value)
    }

    @Test func wordsForTruth() throws {
        for text in ["on", "yes", "True", "TRUE"] { #expect(try load("on: \(text)").on == true) }
        for text in ["off", "no", "false"] { #expect(try load("on: \(text)").on == false) }
        #expect(try load("name: '1:30'").name == "1:30" && load("name: 2026-11-28").name == "2026-11-28")
        #expect(try load("name: 1:30").name == "1:30")
    }

    @Test(arguments: [
        ("name: a\ninner:\n  rate: .inf", "c.yaml:3: '.inf' is not a finite number"),
        ("inner: {rate: .nan}", "c.yaml:1: '.nan' is not a finite number"),
        ("inner:\n  rate: 1e999", "c.yaml:2: '1e999' is not a finite number"),
        ("inner: {n: 010}", "c.yaml:1: '010' is octal to some readers"),
        ("inner: {n: 99999999999999999999}", "c.yaml:1: inner.n: expected an integer, not 99999999999999999999"),
        ("inner: {n: 0xFFFFFFFFFFFFFFFFFF}", "is not an integer of 64 bits"),
        ("name: no", "c.yaml:1: name: expected a text, not false; put text in quotes"),
        ("name: 7", "c.yaml:1: name: expected a text, not 7; put text in quotes"),
        ("name: a\non: !!int x", "c.yaml:2: 'x' is not an integer"),
        ("name: !secret a", "c.yaml:1: the tag '!secret' has no meaning here"),
        ("name: a\nfree: !!set {a}", "c.yaml:2: the tag '!!set' has no meaning here"),
        ("name: a\n---\nname: b", "c.yaml:2: not valid YAML: but found another document"),
        ("inner:\n\tn: 1", "c.yaml:2: not valid YAML: found character that cannot start any token"),
        ("name: *nobody", "c.yaml:1: not valid YAML: found undefined alias"),
        ("free: {[a]: b}", "c.yaml:1: a key must be text"),
        ("free: {1: a, '1': b}", "c.yaml:1: the key 'free.1' stands twice"),
        ("name: a\nfree: eps", "c.yaml:2: 'free' takes keys with values, {key: value}, not \"eps\""),
        ("free: [a]", "c.yaml:1: 'free' takes keys with values"),
        ("name: {a: 1}", "c.yaml:1: unknown key 'name.a': 'name' has no keys of its own"),
        ("name: a\nword: vlm", "c.yaml:2: word: not a value it can have: 'vlm'; did you mean 'vllm'?"),
        ("name: \u{1}", "c.yaml:1: not valid YAML: control characters are not allowed"),
    ])
    func whatYAMLReadersDisagreeOnIsRefusedWithItsLine(_ yaml: String, _ message: String) throws {
        let error = try #require(throws: ConfigError.self) { _ = try load(yaml) }
        #expect(error.description.contains(message), "\(error)")
        #expect(!error.description.contains("\n"))
    }

    @Test(arguments: [
        ("rows.jsonl", #"{"response": "4"}"#, "rows, not a configuration; 'assay init run.yaml --dataset "),
        ("store.sqlite", "SQLite format 3\0", "a SQLite database, not a configuration; 'assay report "),
    ])
    func aFileOfAnotherKindIsNamed(name: String, text: String, words: String) throws {
        let folder = try TemporaryFolder()
        let path = try folder.write(text, to: name)
        let error = try #require(throws: ConfigError.self) { _ = try ConfigFile(path: path, fields: Self.fields) }
        #expect(error.description.contains("\(name): \(words)"), "\(error)")
    }

    @Test func aConfigurationMayBeginWithABrace() throws {
        let folder = try TemporaryFolder()
        let path = try folder.write("{seed: 3}", to: "c.yaml")
        #expect(try ConfigFile(path: path, fields: [ConfigField("seed", "")]).value["seed"]?.intValue == 3)
    }

    @Test(arguments: [
        ("api_key", "did you mean 'api_key_env'?"), ("api", "did you mean 'api_key_env'?"),
        ("ap", "known: api_key_env"),
    ])
    func theBeginningOfAKeyIsCompleted(key: String, hint: String) throws {
        let error = try #require(throws: ConfigError.self) {
            _ = try ConfigFile(yaml: "\(key): a", path: "c.yaml", fields: [ConfigField("api_key_env", "")])
        }
        #expect(error.description == "c.yaml:1: unknown key '\(key)'; \(hint)")
    }

    @Test func sizeAndDepthAreBounded() throws {
        let laughs = (1...12).map {
            "a\($0): &a\($0) [\(Array(repeating: $0 == 1 ? "x" : "*a\($0 - 1)", count: 9).joined(separator: ","))]"
        }
        let bombs = [
            "free:\n" + laughs.map { "  \($0)\n" }.joined(),
            "free:\n" + laughs.map { "  \($0)\n" }.joined() + "  ? *a12\n  : x\n",
            "free: {a: " + String(repeating: "[", count: 900) + String(repeating: "]", count: 900) + "}",
            "free: {a: " + String(repeating: "[", count: 100_000), String(repeating: "- ", count: 50_000) + "a",
            "name: " + String(repeating: "a", count: 2 << 20),
        ]
        for bomb in bombs {
            let start = ContinuousClock.now
            #expect(throws: ConfigError.self) { _ = try load(bomb) }
            #expect(ContinuousClock.now - start < .seconds(30))
        }
        #expect(throws: ConfigError.self) {
            _ = try load("", set: ["free." + String(repeating: "a.", count: 10_000) + "b=1"])
        }
    }

    @Test func bytesThatAreNoUTF8HaveTheirLine() throws {
        let folder = try TemporaryFolder()
        let path = try folder.write("\u{FEFF}name: x\r\non: true\r\n", to: "bom.yaml")
        #expect(try ConfigFile(path: path, fields: Self.fields).decode(over: Outer()).name == "x")
        try Data([0x61, 0x0A, 0x0A, 0xFF, 0xFE]).write(to: URL(fileURLWithPath: path))
        for (path, message) in [
            (path, "bom.yaml:3: not valid UTF-8"), (folder.path, "cannot be read"), ("/dev/zero", "1: larger than"),
        ] {
            let error = try #require(throws: ConfigError.self) { _ = try ConfigFile(path: path, fields: Self.fields) }
            #expect(error.description.contains(message), "\(error)")
        }
    }

    @Test func anOverrideReadsAsTheFileDoes() throws {
        for text in ["{a: 0.5, b: [x, 1]}", #"{"a": 0.5, "b": ["x", 1]}"#] {
            let config = try load("", set: ["free=\(text)"])
            #expect(config.free == ["a": 0.5, "b": ["x", 1]])
            #expect(try load("free: \(text)") == config)
        }
        #expect(try load("name: x", set: ["name="]).name == "run")
        #expect(try load("", set: ["name=http://127.0.0.1:9"]).name == "http://127.0.0.1:9")
        #expect(try load("", set: [#"name="a # b: c""#]).name == "a # b: c")
        let elements = try load(
            "list: [{path: a}, {path: b}]\ninner: {names: [y]}", set: ["list.1.path=c", "inner.names.0=z"])
        #expect(elements.list.map(\.path) == ["a", "c"] && elements.inner.names == ["z"])
    }

    @Test(arguments: [
        ("free=eps", "--set free: 'free' takes keys with values"),
        ("free=[a]", "--set free: 'free' takes keys with values"),
        ("=x", "expected key=value"), ("a..b=1", "--set a..b: a part of the key is empty"),
        ("inner.=1", "a part of the key is empty"), (".inner=1", "a part of the key is empty"),
        ("name=a # b", "would be a comment"), ("name=a: b", "unknown key 'name.a'"), ("name=[", "not valid YAML"),
        ("name=@x", "put text in quotes"), ("list.2.path=x", "--set list.2.path: 'list' is a list of 1"),
        ("list.0.pth=x", "--set list.0.pth: unknown key 'list.0.pth'; did you mean 'path'?"),
        ("list.x=1", "'list' is a list of 1"), ("free.a.b=1", "unknown key 'free.a.b': 'free.a' has no keys"),
        ("inner.n=many", "--set inner.n: expected an integer, not \"many\""), ("word=vlm", "did you mean 'vllm'?"),
    ])
    func anOverrideThatCannotBeIsRefused(_ assignment: String, _ message: String) throws {
        let error = try #require(throws: ConfigError.self) {
            _ = try load("list: [{path: a}]\nfree: {a: 1}", set: [assignment])
        }
        #expect(error.description.contains(message), "\(error)")
    }

    /// A lone dash is a list without elements to YAML, or nothing; to whoever writes it, it is standard input.
    @Test func aDashIsAText() throws {
        for yaml in ["name: -", "name: -\n", "on: yes\nname:  - # standard input\n", "name: '-'", "name: -\r\non: no"] {
            #expect(try load(yaml).name == "-", "\(yaml)")
        }
        #expect(try load("list:\n  - path: -\n    weight: 1\n  - path: b\n").list.map(\.path) == ["-", "b"])
        #expect(try load("", set: ["name=-"]).name == "-")
        #expect(try load("", set: ["name= - "]).name == "-")
        // Text that only looks like it is kept, and other mistakes stay mistakes.
        #expect(try load("name: |\n  a: -\n").name == "a: -\n")
        #expect(throws: ConfigError.self) { try load("name: - a") }
        #expect(throws: ConfigError.self) { try load("name: -\n  - b") }
    }

    @Test(arguments: ["-", "no", "null", "1e3", "~", "plain.jsonl", "2024-01-01"])
    func theTemplateReadsBack(_ path: String) throws {
        let yaml = try ConfigTemplate.yaml(values: ["dataset.path": .string(path)])
        let file = try ConfigFile(yaml: yaml, path: "c.yaml", fields: RunConfig.fields)
        #expect(file.value["dataset"]?["path"] == .string(path))
    }
}
