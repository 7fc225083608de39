import Environments
import Experience
import Foundation
import JSON
import Testing

@Suite struct SearchTests {
    private func corpus(_ text: String) throws -> String {
        let path = NSTemporaryDirectory() + "/assay-corpus-\(UInt64.random(in: 0...UInt64.max)).jsonl"
        try Data(text.utf8).write(to: URL(fileURLWithPath: path))
        return path
    }

    private let rows = """
        {"id":"a","title":"Tea","text":"Tea is made of leaves; boiling water is poured over them."}
        {"id":"b","title":"Coffee","text":"Coffee is made of roasted beans and hot water."}

        {"id":3,"text":"Ünïcode wörds and 🙂 signs: NEAR(tea, 2) AND \\"quoted\\""}
        """

    @Test func findsAndReads() async throws {
        let path = try corpus(rows)
        defer { try? FileManager.default.removeItem(atPath: path) }
        var game = try await Playing("search", ["corpus": .string(path), "output_bytes": 256])
        let found = try await game.call("search", ["query": "roasted beans"])
        #expect(found.text.hasPrefix("[b] Coffee\n"))
        #expect(try await game.call("search", ["query": "zebra"]).text == "Nothing found.")
        #expect(try await game.call("search", ["query": "wörds"]).text.hasPrefix("[3]"))
        #expect(try await game.call("read", ["id": "a"]).text.hasPrefix("Tea\n\nTea is made"))
        #expect(try await game.call("read", ["id": "a", "from": 7]).text.hasPrefix("made of"))
        #expect(try await game.call("read", ["id": "zz"]).outcome == .failed)
        #expect(try await game.call("read", ["id": "a", "from": -1]).outcome == .failed)
        await game.end()
    }

    @Test(arguments: [
        "", "\"", "AND", "tea AND", "NEAR(", "title:tea", "tea*", "(((", "'; DROP TABLE documents; --", "\0", "🙂", "-",
        "^tea",
    ]) func anyQueryIsWords(query: String) async throws {
        let path = try corpus(rows)
        defer { try? FileManager.default.removeItem(atPath: path) }
        var game = try await Playing("search", ["corpus": .string(path)])
        #expect(try await game.call("search", ["query": .string(query)]).outcome == .ok)
        #expect(try await game.call("search", ["query": "tea"]).text.contains("[a] Tea"))
    }

    @Test(arguments: ["", "{\"id\":1}\n", "not json\n", "{\"id\":1,\"text\":\"x\"}\n{\"id\":1,\"text\":\"y\"}\n"])
    func badCorporaAreSaid(text: String) async throws {
        let path = try corpus(text)
        defer { try? FileManager.default.removeItem(atPath: path) }
        await #expect(throws: (any Error).self) {
            _ = try await EnvironmentRegistry.standard.make("search", options: ["corpus": .string(path)])
        }
    }

    @Test func nothingIsLeftInTheTemporaryFolder() async throws {
        let path = try corpus(rows)
        defer { try? FileManager.default.removeItem(atPath: path) }
        var game = try await Playing("search", ["corpus": .string(path)])
        let left = try FileManager.default.contentsOfDirectory(atPath: NSTemporaryDirectory())
        #expect(try await game.call("search", ["query": "tea"]).outcome == .ok)
        // Another test may be making its own at this moment: none is there for long.
        for name in left where name.hasPrefix("assay-search-") {
            for _ in 0..<200 where FileManager.default.fileExists(atPath: NSTemporaryDirectory() + "/" + name) {
                try await Task.sleep(for: .milliseconds(20))
            }
            #expect(!FileManager.default.fileExists(atPath: NSTemporaryDirectory() + "/" + name))
        }
    }
}
