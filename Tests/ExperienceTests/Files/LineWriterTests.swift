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
}
