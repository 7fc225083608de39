import Experience
import JSON
import Testing

@testable import AssayCommand

@Suite struct ConfigFileTests {
    struct Inner: Codable, Equatable {
        var n = 8
        var rate = 1.0
        var names = ["a"]
    }

    struct Outer: Codable, Equatable {
        var name = "run"
        var inner = Inner()
        var free: JSONValue = .object([])
        var on: Bool?
    }

    static let fields = [
        ConfigField("name", ""), ConfigField("on", ""), ConfigField("free", "", kind: .free),
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
        ("zzzzzzzz: 1", "c.yaml:1: unknown key 'zzzzzzzz'; known: name, on, free, inner"),
        ("name: a\ninner:\n  n: many", "c.yaml:3: inner.n: expected an integer, not \"many\""),
        ("inner:\n  n: 1.5", "c.yaml:2: inner.n: expected an integer, not 1.5"),
        ("on: 3", "c.yaml:1: on: expected true or false, not 3"),
        ("inner: 3", "c.yaml:1: 'inner' is a section with keys of its own: n, rate, names"),
        ("inner: {names: a}", "c.yaml:1: inner.names: expected a list, not \"a\""),
        ("name: a\nname: b", "duplicated key(s): 'name'"),
        ("- a", "c.yaml:1: expected keys and values at the top level"),
        ("name: [", "not valid YAML"), ("inner: {rate: .nan}", "c.yaml:1: inner.rate: '.nan' is no finite number"),
        ("inner: {rate: -.inf}", "'-.inf' is no finite number"), ("inner: {rate: 1e400}", "is no finite number"),
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
        #expect(error.description.contains("more than 100000 values"))
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
}
