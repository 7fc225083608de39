import CZlib
import Experience
import Foundation
import Testing

@testable import Datasets

@Suite struct DatasetReaderTests {
    /// A folder of its own, removed at the end.
    final class Folder {
        let url = FileManager.default.temporaryDirectory.appending(path: "assay-\(UUID().uuidString)")

        init() throws { try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true) }

        deinit { try? FileManager.default.removeItem(at: url) }

        func write(_ name: String, _ text: String, gzip: Bool = false, keeping: Int? = nil) throws -> String {
            let path = url.appending(path: name).path
            if gzip {
                let file = gzopen(path, "wb")
                let bytes = Array(text.utf8)
                gzwrite(file, bytes, UInt32(bytes.count))
                gzclose(file)
                if let keeping { truncate(path, keeping) }
            } else {
                try Data(text.utf8).write(to: URL(filePath: path))
            }
            return path
        }
    }

    private func read(
        _ path: String, batch: Int = 3, _ change: (inout DatasetOptions) -> Void = { _ in }
    ) async throws -> [Problem] {
        var options = DatasetOptions()
        options.path = path
        change(&options)
        let reader = try DatasetReader(options)
        var problems: [Problem] = []
        while case let next = try await reader.next(batch), !next.isEmpty { problems += next }
        return problems
    }

    private func lines(_ ids: Range<Int>, _ prefix: String = "p") -> String {
        ids.map { "{\"id\":\"\(prefix)\($0)\",\"prompt\":\"q\($0)\",\"answer\":\($0)}\n" }.joined()
    }

    @Test func jsonl() async throws {
        let folder = try Folder()
        let path = try folder.write(
            "train.jsonl", lines(0..<10) + "\n{\"prompt\":[{\"role\":\"user\",\"content\":\"x\"}]}")
        let problems = try await read(path)
        #expect(problems.count == 11)
        #expect(problems[3].id == "p3" && problems[3].answer == "3" && problems[3].dataset == "train")
        #expect(problems[3].prompt == .text("q3"))
        #expect(problems[10].id == "12" && problems[10].answer == nil)
        #expect(problems[10].prompt == .chat([ChatMessage(role: "user", content: "x")]))
    }

    @Test func gzip() async throws {
        let folder = try Folder()
        let path = try folder.write("a.jsonl.gz", lines(0..<20_000), gzip: true)
        #expect(try await read(path, batch: 1000).map(\.id) == (0..<20_000).map { "p\($0)" })
        let cut = try folder.write("cut.jsonl.gz", lines(0..<20_000), gzip: true, keeping: 20_000)
        await #expect(throws: (any Error).self) { try await read(cut, batch: 1000) }
        await #expect(throws: FileError.self) { try await read(path + "x.gz") }
    }

    @Test func badRowsAreNamed() async throws {
        let folder = try Folder()
        let path = try folder.write("b.jsonl", lines(0..<2) + "{\"id\":1,\n")
        await #expect { try await read(path) } throws: { "\($0)".hasPrefix("\(path):3: not a JSON object") }
        let other = try folder.write("c.jsonl", "{\"promt\":\"x\"}\n")
        await #expect { try await read(other) } throws: {
            "\($0)" == "\(other):1: no field \"prompt\"; set prompt_field to one of promt; did you mean \"promt\"?"
        }
    }

    @Test func epochsBeyondCountingAreReadOneByOne() {
        let part = MixtureOrder.Part(problems: (0..<3).map { Problem(id: "p\($0)") }, weight: 1)
        var order = MixtureOrder([part], epochs: .max, seed: nil)
        #expect(order.next(7).map(\.id) == ["p0", "p1", "p2", "p0", "p1", "p2", "p0"])
        var options = DatasetOptions()
        (options.path, options.epochs) = ("x.jsonl", .max)
        #expect(throws: ConfigProblem.self) { try options.validate() }
    }

    @Test func blankLinesOfACSVArePassedOver() async throws {
        let folder = try Folder()
        let path = try folder.write(
            "b.csv", "id,prompt\n" + String(repeating: "\n", count: 500_000) + "7,x\n8,y,z\n")
        await #expect { try await read(path) } throws: { "\($0)" == "\(path):500003: 3 fields where the header has 2" }
    }

    @Test func csv() async throws {
        let folder = try Folder()
        let text = "\u{FEFF}id,prompt,answer\r\n1,\"a, \"\"b\"\"\n\nc\",3\r\n\r\n2,x,\n3,y,\"\""
        for gzip in [false, true] {
            let path = try folder.write("d.csv" + (gzip ? ".gz" : ""), text, gzip: gzip)
            let problems = try await read(path, batch: 2)
            #expect(problems.map(\.id) == ["1", "2", "3"])
            #expect(problems[0].prompt == .text("a, \"b\"\n\nc") && problems[0].answer == "3")
            #expect(problems[1].answer == nil && problems[2].answer == nil)
        }
        for (bad, line) in [("a,b\n1\n", 2), ("a,a\n", 1), ("prompt\nx\n\"y", 3), ("prompt\n\"y\"z\n", 2)] {
            let path = try folder.write("bad.csv", bad)
            await #expect { try await read(path) } throws: { "\($0)".hasPrefix("\(path):\(line): ") }
        }
    }

    @Test func shuffleAndEpochs() async throws {
        let folder = try Folder()
        let path = try folder.write("e.jsonl", lines(0..<50))
        func ids(_ seed: UInt64) async throws -> [String] {
            try await read(path) { options in
                options.shuffle = seed
                options.epochs = 3
            }.map(\.id)
        }
        let order = try await ids(1)
        #expect(order.count == 150)
        for epoch in 0..<3 { #expect(Set(order[epoch * 50..<(epoch + 1) * 50]).count == 50) }
        #expect(Array(order[0..<50]) != Array(order[50..<100]))
        #expect(try await ids(1) == order)
        #expect(try await ids(2) != order)
    }

    @Test func mixtureKeepsItsWeights() async throws {
        let folder = try Folder()
        let first = try folder.write("f.jsonl", lines(0..<100, "f"))
        let second = try folder.write("g.jsonl", lines(0..<100, "g"))
        let problems = try await read(first) { options in
            options.weight = 3
            var other = DatasetOptions()
            other.path = second
            options.mix = [other]
        }
        #expect(problems.count == 200)
        for start in stride(from: 0, to: 200, by: 40) {
            #expect(problems[start..<start + 40].count { $0.dataset == "f" } == 30)
        }
    }

    @Test func curriculumByPassRate() async throws {
        let folder = try Folder()
        let path = try folder.write("h.jsonl", lines(0..<4))
        let rates = try folder.write(
            "rates.jsonl",
            "{\"id\":\"p0\",\"pass_rate\":0}\n{\"id\":\"p1\",\"pass_rate\":0.5}\n{\"id\":\"p2\",\"pass_rate\":1}\n")
        let problems = try await read(path, batch: 1) { options in
            options.passRates = rates
            options.minPassRate = 0.1
            options.maxPassRate = 0.9
        }
        #expect(problems.map(\.id) == ["p1", "p3"])
    }

    @Test func valuesAreChecked() {
        var options = DatasetOptions()
        #expect(throws: ConfigProblem.self) { try options.validate() }
        options.path = "x"
        options.weight = 0
        #expect(throws: ConfigProblem.self) { try options.validate() }
    }
}
