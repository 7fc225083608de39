import JSON
import Testing

@Suite struct JSONRowTests {
    func row(_ text: String) throws -> JSONRow { try JSONRow(checking: Array(text.utf8)) }

    @Test func findsMembersOnDemand() throws {
        let row = try row(#" {"a":"x","b":[1, 2],"c":null,"a":"last"} "#)
        #expect(row.strings(["a", "b", "c", "d", "a"]) == ["last", "[1, 2]", nil, nil, "last"])
        #expect(row["b"] == [1, 2])
        #expect(row.keys == ["a", "b", "c", "a"])
    }

    @Test func findsMembersByWhatTheirKeysMean() throws {
        let row = try row(#"  {"\u0061":"x","clé":2,"cle\u0301 ":{"a":1},"":"empty"}"#)
        #expect(row.keys == ["a", "clé", "clé ", ""])
        #expect(row.strings(["clé", "", "a", "a", "A"]) == ["2", "empty", "x", "x", nil])
        #expect(row.has("cle\u{301}") && row.has("clé ") && !row.has("cl") && !row.has("x"))
        #expect(row["clé "] == ["a": 1])
        #expect(row == (try self.row(String(decoding: row.bytes, as: UTF8.self))))
    }

    @Test(
        arguments: [
            ("a", #"{"b":1}"#), ("a.b", "1"), ("a.c", nil), ("a.b.c", nil), ("a.", nil), (".", nil),
            // A member of that very name comes first.
            ("x.y", "7"), ("list.0", "x"), ("list.-1.n", "2"), ("list.-2", "x"), ("list.2", nil), ("list.-3", nil),
            ("list.n", nil), ("text.k.1", "5"), ("f.g.h", "8"), ("f.g.i", nil), ("o.p.q", "9"), ("n.z", nil),
        ] as [(String, String?)])
    func findsWhatStandsAtAPath(path: String, text: String?) throws {
        let row = try row(
            #"{"a":{"b":1},"x":{"y":6},"x.y":7,"list":["x",{"n":2}],"text":"{\"k\":[4,5]}","#
                + #""f.g":{"h":8},"o":{"p.q":9},"n":{"z":null}}"#)
        #expect(row.string(at: path) == text)
        #expect(row.has(at: path) == (text != nil || path == "n.z"))
    }

    @Test func pathsAreBounded() throws {
        let row = try row(String(repeating: #"{"d":"#, count: 40) + "1" + String(repeating: "}", count: 40))
        for (names, isThere) in [(1, true), (32, true), (33, false)] {
            #expect(row.has(at: Array(repeating: "d", count: names).joined(separator: ".")) == isThere)
        }
    }

    @Test(arguments: ["[1]", "3", "{} {}", "{\"a\":}"]) func refusesWhatIsNoObject(_ text: String) {
        #expect(throws: JSONError.self) { try row(text) }
    }

    @Test func appendsAMemberLeavingTheRestAlone() throws {
        func appended(_ text: String) throws -> String {
            var output = JSONWriter()
            output.row(try row(text), setting: "verdict") { $0.int(1) }
            output.newline()
            return String(decoding: output.bytes, as: UTF8.self)
        }
        #expect(try appended(#"{"a" : 1.0}"#) == "{\"a\" : 1.0,\"verdict\":1}\n")
        #expect(try appended("{ }") == "{ \"verdict\":1}\n")
        #expect(try appended("{\r}") == "{\r\"verdict\":1}\n")
        #expect(try appended(#"{"verdict":7,"b":1e2}"#) == "{\"b\":1e2,\"verdict\":1}\n")
    }
}
