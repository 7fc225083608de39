import Experience
import Foundation
import Testing

@Suite struct LineWriterTests {
    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    func text(_ name: String) throws -> String { try String(contentsOfFile: folder.file(name), encoding: .utf8) }

    func names() throws -> [String] { try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted() }

    func file(_ name: String, force: Bool = false) throws -> OutputFile {
        try OutputFile(folder.file(name), kind: FileKind("text") { _ in true }, force: force)
    }

    func rows(_ name: String, resumes: Bool = false) throws -> OutputFile {
        try OutputFile(resumable: folder.file(name), inputs: [], force: true, resumes: resumes)
    }

    @Test func aFileAppearsWhenItIsWhole() async throws {
        let writer = try LineWriter(try file("a"))
        try await writer.write(Array("one\n".utf8))
        #expect(!FileManager.default.fileExists(atPath: folder.file("a")))
        try await writer.write(Array("two\n".utf8))
        try await writer.finish()
        #expect(try text("a") == "one\ntwo\n")
        #expect(try names() == ["a"])
    }

    @Test func whatWasThereIsThereUntilThen() async throws {
        let path = try folder.write("old", to: "a")
        _ = chmod(path, 0o640)
        do {
            let writer = try LineWriter(try file("a", force: true))
            try await writer.write(Array("half".utf8))
            #expect(try text("a") == "old")
        }
        // It was never finished: nothing is left of it.
        #expect(try text("a") == "old")
        #expect(try names() == ["a"])
        try await file("a", force: true).write(Array("new".utf8))
        #expect(try text("a") == "new")
        #expect(try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int == 0o640)
    }

    @Test func aFileThatAppearedMeanwhileIsNotReplaced() async throws {
        let writer = try LineWriter(try file("a"))
        try await writer.write(Array("ours".utf8))
        _ = try folder.write("theirs", to: "a")
        let error = await #expect(throws: FileError.self) { try await writer.finish() }
        #expect(error?.code == EEXIST)
        #expect(try text("a") == "theirs")
    }

    @Test func aPartOutlivesItsWriterAndIsGoneOnWith() async throws {
        do {
            let writer = try LineWriter(try rows("a"), keeping: 0)
            try await writer.write(Array("{1\n{2\n{thr".utf8))
            #expect(await writer.resumablePart == folder.file("a.part"))
        }
        #expect(try names() == ["a.part"])
        let writer = try LineWriter(try rows("a", resumes: true), keeping: 6)
        try await writer.write(Array("{3\n".utf8))
        try await writer.finish()
        #expect(try text("a") == "{1\n{2\n{3\n")
        #expect(try names() == ["a"])
    }

    @Test func anEmptyPartIsNotLeftBehind() async throws {
        do { _ = try LineWriter(try rows("a"), keeping: 0) }
        #expect(try names() == [])
    }

    @Test func aSecondWriterIsKeptOutOfAPart() async throws {
        let first = try LineWriter(try rows("a"), keeping: 0)
        let error = try #require(throws: OutputError.self) { _ = try LineWriter(try rows("a"), keeping: 0) }
        #expect(error.description.contains("is being written by another assay"))
        try await first.write(Array("{}\n".utf8))
        try await first.finish()
        #expect(try text("a") == "{}\n")
    }

    @Test func aFullDiskIsATypedError() async throws {
        let writer = try LineWriter(OutputFile("/dev/full", kind: .verdicts, force: true))
        let error = await #expect(throws: FileError.self) { try await writer.write([0x0A]) }
        #expect(error?.code == ENOSPC)
        #expect(error?.description == "/dev/full: cannot write: No space left on device")
    }

    @Test func aPartThatIsReplacedIsMadeAnew() async throws {
        let old = try folder.write(#"{"verdict": 1}"# + "\n", to: "a.part")
        let reader = try FileHandle(forReadingFrom: URL(fileURLWithPath: old))
        let writer = try LineWriter(try rows("a"), keeping: 0)
        try await writer.write(Array("{}\n".utf8))
        // Whoever else has the old file open, or another name of it, keeps what was in it.
        #expect(try reader.readToEnd() == Data(#"{"verdict": 1}"#.utf8) + Data("\n".utf8))
        try await writer.finish()
        #expect(try text("a") == "{}\n")
    }

    /// A link that appears after the output was settled.
    @Test func noRowIsWrittenThroughALink() async throws {
        let data = try folder.write(#"{"verdict": 1}"# + "\n", to: "data")
        for (name, keeping) in [("a", 0), ("b", 3)] {
            let file = try rows(name, resumes: true)
            try FileManager.default.createSymbolicLink(atPath: folder.file(name + ".part"), withDestinationPath: "data")
            #expect(throws: (any Error).self) { _ = try LineWriter(file, keeping: keeping) }
            let hard = try rows(name + "h", resumes: true)
            try FileManager.default.linkItem(atPath: data, toPath: folder.file(name + "h.part"))
            #expect(throws: OutputError.self) { _ = try LineWriter(hard, keeping: keeping) }
        }
        #expect(try text("data") == #"{"verdict": 1}"# + "\n")
    }

    @Test func anotherFileInThePlaceOfThePartIsNotPublished() async throws {
        let writer = try LineWriter(try rows("a"), keeping: 0)
        try await writer.write(Array("{}\n".utf8))
        try FileManager.default.removeItem(atPath: folder.file("a.part"))
        _ = try folder.write("theirs", to: "a.part")
        let error = await #expect(throws: OutputError.self) { try await writer.finish() }
        #expect(error?.description.contains("was replaced while rows were written") == true)
        #expect(try names() == ["a.part"])
    }

    @Test func anOutputWithOtherNamesIsNotCutOff() throws {
        let old = try folder.write("{1\n{2", to: "a")
        try FileManager.default.linkItem(atPath: old, toPath: folder.file("other"))
        #expect(throws: OutputError.self) { try rows("a", resumes: true).becomePart() }
        #expect(try names() == ["a", "other"])
    }
}
