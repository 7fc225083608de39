import Experience
import Foundation
import Testing

@Suite struct LineWriterTests {
    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    func text(_ name: String) throws -> String { try String(contentsOfFile: folder.file(name), encoding: .utf8) }

    @Test func createRefusesReplaceEmptiesResumeKeeps() async throws {
        let path = try folder.write("one\ntwo\nthr", to: "a")
        let error = #expect(throws: FileError.self) { _ = try LineWriter(path: path, mode: .create) }
        #expect(error?.code == EEXIST)
        try await LineWriter(path: path, mode: .resume(keeping: 8)).write(Array("three\n".utf8))
        #expect(try text("a") == "one\ntwo\nthree\n")
        try await LineWriter(path: path, mode: .replace).write(Array("new\n".utf8))
        #expect(try text("a") == "new\n")
    }

    @Test func aFullDiskIsATypedError() async throws {
        let writer = try LineWriter(path: "/dev/full")
        let error = await #expect(throws: FileError.self) { try await writer.write([0x0A]) }
        #expect(error?.code == ENOSPC)
        #expect(error?.description == "/dev/full: cannot write: No space left on device")
    }

    @Test func replaceLeavesNoPart() async throws {
        let path = try folder.write("old", to: "a")
        try await LineWriter.replace(path, with: Array("new".utf8))
        #expect(try text("a") == "new")
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["a"])
    }
}
