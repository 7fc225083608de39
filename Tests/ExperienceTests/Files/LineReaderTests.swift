import Experience
import Foundation
import Testing

@Suite struct LineReaderTests {
    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    func lines(_ text: String, batch: Int = 100, shard: Shard? = nil, limit: Int = 1 << 20) async throws -> [LineReader
        .Line]
    {
        let reader = try LineReader(path: folder.write(text, to: "a"), shard: shard, maxLineBytes: limit)
        var lines: [LineReader.Line] = []
        while case let next = try await reader.next(maxLines: batch), !next.isEmpty { lines += next }
        return lines
    }

    @Test(arguments: [1, 2, 100])
    func passesOverBlankLinesAndCountsThem(batch: Int) async throws {
        let lines = try await lines("a\r\n\n  \t\nb\n\nlast", batch: batch)
        #expect(lines.map { String(decoding: $0.bytes, as: UTF8.self) } == ["a", "b", "last"])
        #expect(lines.map(\.number) == [1, 4, 6])
        #expect(lines.map(\.offset) == [0, 8, 11])
        #expect(lines.map(\.isTerminated) == [true, true, false])
    }

    /// A thread in read() would hold the process until somebody types.
    @Test(.timeLimit(.minutes(1))) func aCancelledReaderOfASilentPipeEnds() async throws {
        let pipe = Pipe()
        let reader = try LineReader(path: "/dev/fd/\(pipe.fileHandleForReading.fileDescriptor)")
        let task = Task { try await reader.next(maxLines: 1) }
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
        pipe.fileHandleForWriting.write(Data("a\n".utf8))
        #expect(try await reader.next(maxLines: 1).map(\.bytes) == [[0x61]])
    }

    @Test func linesLongerThanItsBufferAreWhole() async throws {
        let long = String(repeating: "x", count: 3 << 20)
        let lines = try await lines("\(long)\nshort\n", limit: 4 << 20)
        #expect(lines.map(\.bytes.count) == [3 << 20, 5])
    }

    @Test func refusesALineBeyondTheLimitAndSaysWhich() async throws {
        let text = "a\n" + String(repeating: "x", count: 3 << 20)
        let error = try await #require(throws: LineTooLong.self) { _ = try await lines(text, limit: 1 << 20) }
        #expect(error.line == 2)
        #expect(error.description.contains("longer than 1048576 bytes"))
    }

    @Test func emptyFilesHaveNoLines() async throws {
        for text in ["", "\n", "\r\n \n"] { #expect(try await lines(text).isEmpty) }
    }

    @Test func shardsPartTheRowsAndAgreeOnTheInput() async throws {
        let text = (0..<10).map { "row \($0)\n\n" }.joined()
        let path = try folder.write(text, to: "rows")
        var seen: [String] = []
        var hashes: Set<UInt64> = []
        for number in 1...3 {
            let reader = try LineReader(path: path, shard: Shard("\(number)/3"))
            let lines = try await reader.next(maxLines: 100)
            #expect(lines.count == Shard("\(number)/3")?.share(of: 10))
            seen += lines.map { String(decoding: $0.bytes, as: UTF8.self) }
            #expect(await reader.rows == 10)
            hashes.insert(await reader.hash)
        }
        #expect(seen.sorted() == (0..<10).map { "row \($0)" })
        #expect(hashes.count == 1)
    }

    @Test func saysWhatCannotBeOpened() throws {
        let missing = #expect(throws: FileError.self) { _ = try LineReader(path: folder.file("none")) }
        #expect(missing?.description.contains("cannot open: No such file") == true)
        let directory = #expect(throws: FileError.self) { _ = try LineReader(path: folder.path) }
        #expect(directory?.description.contains("cannot read: Is a directory") == true)
    }

    @Test(arguments: [1, 2, 100])
    func aByteOrderMarkIsNoPartOfTheFirstLine(batch: Int) async throws {
        let lines = try await lines("\u{FEFF}{\"a\": 1}\n\u{FEFF}b\n", batch: batch)
        #expect(lines.map { Array($0.bytes.prefix(3)) } == [Array("{\"a".utf8), [0xEF, 0xBB, 0xBF]])
        #expect(lines.map(\.offset) == [3, 12] && lines.map(\.number) == [1, 2])
        #expect(try await self.lines("\u{FEFF}").isEmpty)
        #expect(try await self.lines("\u{FEFF}\n\u{FEFF}").count == 1)
    }

    @Test(
        arguments: [
            ([0x50, 0x41, 0x52, 0x31, 0x15, 0x04], "a Parquet file", "read_parquet"),
            ([0x1F, 0x8B, 0x08, 0x00], "compressed with gzip", "gzip -dc"),
            ([0x28, 0xB5, 0x2F, 0xFD, 0x04], "compressed with zstd", "zstd -dc"),
            ([0x50, 0x4B, 0x03, 0x04, 0x14], "a zip archive", "unpack"), ([0xFF, 0xFE, 0x7B, 0x00], "UTF-16", "iconv"),
            (Array("SQLite format 3\0".utf8), "a SQLite database", "assay report"),
        ] as [([UInt8], String, String)])
    func filesOfAnotherKindAreNamed(bytes: [UInt8], name: String, remedy: String) async throws {
        let path = folder.file("rows.bin")
        for tail in [[], [UInt8](repeating: 0x0A, count: 5), [UInt8](repeating: 0xAA, count: 3 << 20)] {
            try Data(bytes + tail).write(to: URL(fileURLWithPath: path))
            let reader = try LineReader(path: path, maxLineBytes: 1 << 20)
            let error = await #expect(throws: ForeignFormat.self) { try await reader.next(maxLines: 1) }
            let text = error?.description ?? ""
            #expect(text.hasPrefix("\(path): \(name)") && text.contains(remedy) && !text.contains("\n"), "\(text)")
        }
    }

    @Test func whatOnlyBeginsLikeAnotherKindIsRead() async throws {
        for text in ["P", "PA", "PAR", "B", "(", "\u{1F}"] { #expect(try await lines(text).count == 1) }
    }

    @Test(.timeLimit(.minutes(1)))
    func aLineFromAPipeIsNotHeldBackForMore() async throws {
        let path = folder.file("pipe")
        #expect(mkfifo(path, 0o600) == 0)
        let writer = Thread {
            let descriptor = open(path, O_WRONLY)
            _ = write(descriptor, "{}\n", 3)
            // Left open: the reader must not wait for the end of the file.
        }
        writer.start()
        let reader = try LineReader(path: path)
        #expect(try await reader.next(maxLines: 1).map(\.bytes) == [Array("{}".utf8)])
    }

    @Test func peekingTakesNothing() async throws {
        let reader = try LineReader(path: folder.write("a\n\nb\n", to: "a"))
        #expect(try await reader.peek()?.bytes == [0x61])
        #expect(try await reader.peek()?.bytes == [0x61])
        #expect(try await reader.next(maxLines: 1).map(\.number) == [1])
        #expect(try await reader.peek()?.number == 3)
        #expect(try await reader.next(maxLines: 9).map(\.number) == [3])
        #expect(try await reader.peek() == nil)
    }
}
