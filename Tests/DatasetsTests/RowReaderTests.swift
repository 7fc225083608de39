import CZlib
import Datasets
import Experience
import Foundation
import JSON
import Testing

/// Files as they are packed and laid out, all read as rows.
@Suite struct RowReaderTests {
    private let folder: DatasetReaderTests.Folder

    init() throws { folder = try DatasetReaderTests.Folder() }

    private func read(_ path: String, limit: Int = 1 << 20) async throws -> (rows: [LineReader.Line], formats: [String])
    {
        let reader = try RowReader(path: path, maxRowBytes: limit)
        var rows: [LineReader.Line] = []
        while case let batch = try await reader.next(maxLines: 3), !batch.isEmpty { rows += batch }
        return (rows, await reader.formats)
    }

    private func write(_ name: String, _ bytes: [UInt8]) throws -> String {
        let path = folder.url.appending(path: name)
        try FileManager.default.createDirectory(at: path.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(bytes).write(to: path)
        return path.path
    }

    private static let rows = [#"{"prompt":"a","answer":"1"}"#, #"{"prompt":"b\nc","answer":"2"}"#]

    private typealias Container = (name: String, text: String, format: String, lines: [Int])

    private static let containers: [Container] = [
        ("a.jsonl", rows.joined(separator: "\n"), "JSON Lines", [1, 2]),
        ("a.jsonl", "\u{FEFF}" + rows.joined(separator: "\r\n\r\n"), "byte order mark, JSON Lines", [1, 3]),
        ("a.json", "[\n" + rows.joined(separator: ",\n") + "\n]\n", "a JSON list", [2, 3]),
        ("a.jsonl", "[" + rows.joined(separator: ",") + "]", "a JSON list", [1, 1]),
        ("a.json", rows.joined(separator: "\n"), "JSON objects", [1, 2]),
        (
            "a.jsonl", "{\n \"prompt\": \"a\",\n \"answer\": \"1\"\n}\n{\n\"prompt\":\"b\\nc\", \"answer\":\"2\"}",
            "JSON objects", [1, 5]
        ),
        ("a.json", #"{"version":"1","data":["# + rows.joined(separator: ",") + "]}", "JSON objects", [1, 1]),
        ("a.csv", "prompt,answer\na,1\n\"b\nc\",2\n", "CSV", [2, 3]),
        ("a.csv", "prompt;answer\na;1\n\"b\nc\";2\n", "CSV with semicolons", [2, 3]),
        ("a.tsv", "prompt\tanswer\na\t1\n\"b\nc\"\t2", "TSV", [2, 3]),
    ]

    @Test(arguments: 0..<10)
    func everyContainerGivesTheSameRows(_ index: Int) async throws {
        let container = Self.containers[index]
        let (rows, formats) = try await read(try write(container.name, Array(container.text.utf8)))
        let found = try rows.map { try JSONValue(parsing: $0.bytes).text }
        #expect(found == Self.rows)
        #expect(rows.map(\.number) == container.lines)
        #expect(formats == [container.format])
    }

    @Test func chatsInAListAreRows() async throws {
        let path = try write(
            "orz.json",
            Array(#"[[{"from":"human","value":"q"},{"from":"assistant","ground_truth":{"value":"7"}}]]"#.utf8))
        var options = DatasetOptions()
        options.path = path
        let problem = try #require(try await DatasetReader(options).next(1).first)
        #expect(problem.prompt.json.text == #"[{"role":"user","content":"q"}]"# && problem.answer == "7")
    }

    private func gzip(_ bytes: [UInt8], _ name: String) throws -> [UInt8] {
        let path = folder.url.appending(path: name).path
        let file = gzopen(path, "wb")
        gzwrite(file, bytes, UInt32(bytes.count))
        gzclose(file)
        return Array(try Data(contentsOf: URL(filePath: path)))
    }

    @Test func gzipIsToldByItsBytes() async throws {
        let plain = Array((Self.rows.joined(separator: "\n") + "\n").utf8)
        let packed = try gzip(plain, "one.gz")
        // Members one after the other, padding, another name, packed twice.
        for (name, bytes, format) in [
            ("a.jsonl.gz", packed + packed + [0, 0, 0], "gzip, JSON Lines"),
            ("a.jsonl", try gzip(packed + packed, "two.gz"), "gzip, gzip, JSON Lines"),
        ] {
            let (rows, formats) = try await read(try write(name, bytes))
            #expect(rows.count == 4 && formats == [format])
        }
        let csv = try write("a.csv.gz", try gzip(Array("prompt,answer\na,1\n".utf8), "c.gz"))
        #expect(try await read(csv).formats == ["gzip, CSV"])
        for bad in [Array(packed.dropLast(9)), packed + Array("junk".utf8), [0x1F, 0x8B]] {
            let path = try write("bad.gz", bad)
            await #expect { try await read(path) } throws: { "\($0)".hasPrefix("\(path): not a whole gzip file: ") }
        }
    }

    @Test func aLargeGzipIsReadInPieces() async throws {
        let text = (0..<60_000).map { #"{"prompt":"\#($0)"}"# }.joined(separator: "\n")
        let (rows, _) = try await read(try write("l.gz", try gzip(Array(text.utf8), "large")))
        #expect(rows.count == 60_000 && rows.last?.bytes == Array(#"{"prompt":"59999"}"#.utf8))
    }

    @Test(arguments: ["zstd", "xz", "bzip2"])
    func otherPackings(_ tool: String) async throws {
        let path = try write("rows.jsonl", Array((Self.rows.joined(separator: "\n") + "\n").utf8))
        guard let packed = try Self.run([tool, "-c", path]), !packed.isEmpty else {
            print("skipped: no program \(tool)")
            return
        }
        let (rows, formats) = try await read(try write("p.\(tool)", packed))
        #expect(rows.count == 2 && formats == ["\(tool), JSON Lines"])
        let cut = try write("cut.\(tool)", Array(packed.dropLast(6)))
        await #expect { try await read(cut) } throws: { "\($0)".hasPrefix("\(cut): not a whole \(tool) file: ") }
        let refused = try RowReader(path: cut, startsPrograms: false)
        await #expect(throws: DatasetError.self) { while try await !refused.next(maxLines: 9).isEmpty {} }
    }

    static func run(_ command: [String]) throws -> [UInt8]? {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = command
        let pipe = Pipe()
        (process.standardOutput, process.standardError) = (pipe, FileHandle.nullDevice)
        try process.run()
        let data = try pipe.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        return process.terminationStatus == 0 ? Array(data) : nil
    }

    @Test(arguments: [
        ("a.json", "[{\"a\":1}", 1, "never closed"), ("a.json", "[{\"a\":1} {\"a\":2}]", 1, "expected ','"),
        ("a.json", "[{\"a\":1},]", 1, "row 2 is no JSON object"), ("a.json", "[1]", 1, "row 1 is no JSON object"),
        ("a.json", "[{\"a\":1}]\n]", 2, "after the end"), ("a.json", "[\n{\"a\":", 2, "in the middle of a row"),
        ("a.csv", "a,b\n1\n", 2, "1 fields where the header has 2"),
    ])
    func faultsNameFileAndLine(_ name: String, _ text: String, _ line: Int, _ reason: String) async throws {
        let path = try write(name, Array(text.utf8))
        await #expect { try await read(path) } throws: {
            "\($0)".hasPrefix("\(path):\(line): ") && "\($0)".contains(reason)
        }
    }

    @Test func rowsAreBounded() async throws {
        let long = Array(("{\"prompt\":\"" + String(repeating: "x", count: 5000) + "\"}").utf8)
        for name in ["l.jsonl", "l.json", "l.csv"] {
            let path = try write(name, name == "l.csv" ? Array("prompt\n".utf8) + long : long)
            await #expect { try await read(path, limit: 4000) } throws: { "\($0)".contains("longer than 4000 bytes") }
        }
        let deep = try write("d.jsonl", Array(("{\"prompt\":" + String(repeating: "[", count: 5000)).utf8))
        await #expect(throws: (any Error).self) { try await DatasetReader(self.options(deep)).next(1) }
    }

    private func options(_ path: String) -> DatasetOptions {
        var options = DatasetOptions()
        options.path = path
        return options
    }

    @Test func shardsOfAFolderAreReadInOrder() async throws {
        for number in [10, 2, 1] {
            _ = try write("set/data/part-\(number).jsonl", Array("{\"prompt\":\"\(number)\"}".utf8))
        }
        _ = try write("set/README.md", Array("# x".utf8))
        _ = try write("set/.cache/hidden.jsonl", Array("{}".utf8))
        _ = try write("set/dataset_infos.json", Array("{}".utf8))
        let path = folder.url.appending(path: "set").path
        let reader = try RowReader(path: path)
        let rows = try await reader.next(maxLines: 10)
        #expect(
            rows.map { String(decoding: $0.bytes, as: UTF8.self) } == ["1", "2", "10"].map { "{\"prompt\":\"\($0)\"}" })
        #expect(zip(rows, rows.dropFirst()).allSatisfy { $0.offset < $1.offset })
        #expect(reader.files.passedOver.map { FilePath.name(of: $0) }.sorted() == ["README.md", "dataset_infos.json"])
        #expect(
            try await DatasetReader(options(path)).next(9).map(\.id) == [1, 2, 10].map { "data/part-\($0).jsonl:1" })
        #expect(try await read(path + "/data/part-1*.jsonl").rows.count == 2)
        await #expect { try await read(path + "/none-*.jsonl") } throws: { "\($0)".contains("no file matches") }
    }

    @Test func splitsAndKindsAreNotMixed() async throws {
        for name in ["train-0.jsonl", "train-1.jsonl", "test-0.jsonl"] {
            _ = try write("s/data/\(name)", Array("{}".utf8))
        }
        let path = folder.url.appending(path: "s").path
        #expect { try RowReader(path: path) } throws: {
            "\($0)".contains("several splits, test (1 files), train (2 files); name one: '\(path)/data/*train*'")
        }
        #expect(try RowReader(path: path + "/data/*train*").files.files.count == 2)
        for name in ["a.jsonl", "a.csv"] { _ = try write("k/\(name)", Array("{}".utf8)) }
        #expect { try RowReader(path: folder.url.appending(path: "k").path) } throws: {
            "\($0)".contains("several kinds, 1 of csv, 1 of jsonl")
        }
        _ = try write("e/README.md", [])
        #expect { try RowReader(path: folder.url.appending(path: "e").path) } throws: {
            "\($0)".contains("without files of rows")
        }
    }

    @Test func aPipeIsReadAsItComes() async throws {
        let pipe = Pipe()
        let reader = try RowReader(path: "/dev/fd/\(pipe.fileHandleForReading.fileDescriptor)")
        try pipe.fileHandleForWriting.write(contentsOf: Data("{\"prompt\":\"a\"}\n".utf8))
        // The writer is still there: the first row is not waited for any longer than it takes to come.
        #expect(try await reader.next(maxLines: 1).count == 1)
        try pipe.fileHandleForWriting.close()
        #expect(try await reader.next(maxLines: 1).isEmpty)
    }

    @Test func offsetsGoOnThroughTheFiles() async throws {
        _ = try write("o/a.jsonl", Array("{\"a\":1}\n{\"a\":22}\n".utf8))
        _ = try write("o/b.jsonl", Array("{\"a\":3}\n".utf8))
        let (rows, _) = try await read(folder.url.appending(path: "o").path)
        #expect(rows.map(\.offset) == [0, 8, 17] && rows.map(\.number) == [1, 2, 1])
    }

    @Test func aSeparatorInQuotesIsNone() async throws {
        let path = try write("q.csv", Array("\"a,b\";prompt\n1;2\n".utf8))
        let (rows, formats) = try await read(path)
        #expect(formats == ["CSV with semicolons"] && rows.first?.bytes == Array(#"{"a,b":"1","prompt":"2"}"#.utf8))
    }

    @Test func aPathIsThereByItsNameOrAsAPattern() throws {
        let path = try write("there/a.jsonl", Array("{}".utf8))
        #expect(RowFiles.exist(at: "-") && RowFiles.exist(at: path))
        #expect(RowFiles.exist(at: folder.url.appending(path: "there/*.jsonl").path))
        #expect(
            !RowFiles.exist(at: path + ".gz") && !RowFiles.exist(at: folder.url.appending(path: "there/*.csv").path))
    }

    @Test func whatAProgramWouldUnpackMustBeAFile() async throws {
        let path = try write("a.gz", try gzip([0xFD, 0x37, 0x7A, 0x58, 0x5A, 0, 0, 4], "inner.xz"))
        await #expect { try await read(path) } throws: { "\($0)".contains("is packed with xz where no file is") }
    }

    @Test(arguments: [
        ("a.parquet", Array("PAR1....".utf8), "Parquet"), ("a", Array("ARROW1..".utf8), "Arrow"),
        ("a.arrow", [0xFF, 0xFF, 0xFF, 0xFF, 0x10], "Arrow"), ("a.feather", [0xFF, 0xFF, 0xFF, 0xFF, 0x10], "Arrow"),
        ("a.jsonl", [0xFF, 0xFF, 0xFF, 0xFF, 0x10], nil), ("a.arrow", Array("{}".utf8), nil),
    ])
    func columnsAreToldByTheirMark(_ name: String, _ bytes: [UInt8], _ kind: String?) async throws {
        let reader = try RowReader(path: try write(name, bytes), startsPrograms: false)
        var message = ""
        do { _ = try await reader.next(maxLines: 1) } catch { message = "\(error)" }
        #expect(message.contains("\(kind ?? "Arrow") is read by another program") == (kind != nil), "\(message)")
    }

    @Test func columnsAreReadByPyarrow() async throws {
        let python = ProcessInfo.processInfo.environment["ASSAY_PYTHON"] ?? "python3"
        let parquet = folder.url.appending(path: "verl train's.parquet").path
        let arrow = folder.url.appending(path: "data-00000-of-00001.arrow").path
        let program = """
            import sys, pyarrow as pa, pyarrow.parquet as pq
            rows = [{"data_source": "x", "prompt": [{"role": "user", "content": "q%d" % i}],
                     "reward_model": {"ground_truth": str(i), "style": "rule"}, "nan": float("nan"),
                     "images": [{"bytes": b"\\x89PNG", "path": None}]} for i in range(1000)]
            table = pa.Table.from_pylist(rows)
            pq.write_table(table, sys.argv[1])
            with pa.ipc.new_stream(sys.argv[2], table.schema) as out: out.write_table(table)
            """
        guard try Self.run([python, "-c", program, parquet, arrow]) != nil else {
            print("skipped: \(python) has no pyarrow")
            let path = try write("x.parquet", Array("PAR1....".utf8))
            await #expect { try await read(path) } throws: { "\($0)".contains("-m pip install pyarrow") }
            return
        }
        for path in [parquet, arrow] {
            let (rows, _) = try await read(path)
            #expect(rows.count == 1000 && rows.last?.number == 1000)
            let problem = try #require(try await DatasetReader(options(path)).next(1000).last)
            #expect(problem.answer == "999")
            #expect(problem.prompt.json.text.contains("data:image/png;base64,iVBORw=="))
        }
        let bad = try write("bad.parquet", Array("PAR1 and nothing".utf8))
        await #expect { try await read(bad) } throws: {
            "\($0)".contains("Parquet that pyarrow cannot read: ArrowInvalid")
        }
    }
}
