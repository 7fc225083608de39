import Experience
import Foundation
import Testing

@Suite struct OutputFileTests {
    let folder: TemporaryFolder
    let input: String

    init() throws {
        folder = try TemporaryFolder()
        input = try folder.write(#"{"a": 1, "verdict": {}}"# + "\n", to: "input")
    }

    func refusal(of path: String, force: Bool = true) throws -> String {
        try #require(throws: OutputError.self) {
            _ = try OutputFile(path, kind: .verdicts, inputs: [input, "-", "/none"], force: force)
        }.description
    }

    @Test func anInputUnderAnyNameIsRefused() throws {
        try FileManager.default.linkItem(atPath: input, toPath: folder.file("hard"))
        try FileManager.default.createSymbolicLink(atPath: folder.file("soft"), withDestinationPath: "input")
        try FileManager.default.createSymbolicLink(
            atPath: folder.file("twice"), withDestinationPath: folder.file("soft"))
        let spelled = folder.path + "/../" + (folder.path as NSString).lastPathComponent + "/./input"
        for path in [input, folder.file("hard"), folder.file("soft"), folder.file("twice"), spelled] {
            #expect(try refusal(of: path) == "\(path) is an input of this command; name another file")
        }
    }

    @Test func aStoreAndWhatBelongsToItAreRefused() throws {
        let store = folder.file("s.sqlite")
        _ = try Store(path: store, access: .create)
        #expect(try refusal(of: store).contains("is a store or another SQLite file"))
        for end in ["-wal", "-shm", "-journal", ".lock"] {
            #expect(try refusal(of: store + end).contains("belongs to a store"))
        }
        // A name like these beside nothing is a name like any other.
        _ = try OutputFile(folder.file("notes.lock"), kind: .verdicts, force: false)
    }

    @Test func onlyItsLikeIsReplaced() throws {
        let verdicts = try folder.write(
            #"{"verdict": {}, "long": "\#(String(repeating: "x", count: 3 << 20))"}"#, to: "v")
        #expect(try refusal(of: verdicts, force: false) == "\(verdicts) exists; replace it with --force")
        _ = try OutputFile(verdicts, kind: .verdicts, force: true)
        _ = try OutputFile(try folder.write("", to: "empty"), kind: .verdicts, force: true)
        for (index, other) in ["text", #"{"prompt": "1 + 1"}"# + "\n", "{\n\"verdict\": 1}", "\u{0}", "{"].enumerated()
        {
            let path = try folder.write(other, to: "other\(index)")
            #expect(try refusal(of: path).contains("is not a file of rows with verdicts"))
        }
    }

    @Test func foldersAndDisksAreRefused() throws {
        #expect(try refusal(of: folder.path).contains("is a folder"))
        #expect(try refusal(of: "/dev/random").contains("is a device"))
        #expect(try refusal(of: "") == "'' names no file; name one")
        #expect(try refusal(of: folder.file("new/")).contains("names no file"))
        for harmless in ["/dev/null", "/dev/full", "-", "/dev/stdout", "/dev/fd/1"] {
            #expect(try OutputFile(harmless, kind: .verdicts, force: false).part == nil)
        }
        let error = #expect(throws: FileError.self) {
            _ = try OutputFile(folder.file("none/a"), kind: .verdicts, force: false)
        }
        #expect(error?.code == ENOENT)
    }

    @Test func aPartIsNoInputEither() throws {
        let part = try folder.write("{", to: "rows.part")
        let error = try #require(throws: OutputError.self) {
            _ = try OutputFile(resumable: folder.file("rows"), inputs: [part], force: true, resumes: false)
        }
        #expect(error.description.hasPrefix(part))
    }

    @Test func aLinkStaysAndItsTargetIsReplaced() async throws {
        let target = try folder.write(#"{"verdict": 1}"#, to: "target")
        for (link, destination) in [("there", "target"), ("dangling", "new")] {
            try FileManager.default.createSymbolicLink(atPath: folder.file(link), withDestinationPath: destination)
            try await OutputFile(folder.file(link), kind: .verdicts, force: true).write(Array("rows".utf8))
            #expect(try FileManager.default.destinationOfSymbolicLink(atPath: folder.file(link)) == destination)
        }
        for path in [target, folder.file("new")] {
            #expect(try String(contentsOfFile: path, encoding: .utf8) == "rows")
        }
        try FileManager.default.createSymbolicLink(atPath: folder.file("loop"), withDestinationPath: "loop")
        let error = #expect(throws: FileError.self) {
            _ = try OutputFile(folder.file("loop"), kind: .verdicts, force: false)
        }
        #expect(error?.code == ELOOP)
    }

    @Test func aPartIsAPlainFileOfRowsWithVerdicts() throws {
        let data = try folder.write(#"{"verdict": 1}"# + "\n", to: "data")
        for resumes in [false, true] {
            func refused(_ name: String) throws -> String {
                try #require(throws: OutputError.self) {
                    _ = try OutputFile(
                        resumable: folder.file(name), inputs: [], force: !resumes, resumes: resumes)
                }.description
            }
            let suffix = resumes ? "2" : ""
            try FileManager.default.linkItem(atPath: data, toPath: folder.file("hard\(suffix).part"))
            try FileManager.default.createSymbolicLink(
                atPath: folder.file("soft\(suffix).part"), withDestinationPath: "data")
            try FileManager.default.createSymbolicLink(
                atPath: folder.file("dangling\(suffix).part"), withDestinationPath: "none")
            for name in ["hard", "soft", "dangling"] {
                #expect(try refused(name + suffix).contains(".part is a link, or no plain file"), "\(name)")
            }
            _ = try folder.write("notes", to: "notes\(suffix).part")
            #expect(try refused("notes" + suffix).contains("and is not replaced"))
        }
        _ = try folder.write(#"{"prompt": "1 + 1"}"# + "\n", to: "rows.part")
        let error = try #require(throws: OutputError.self) {
            _ = try OutputFile(resumable: folder.file("rows"), inputs: [], force: true, resumes: false)
        }
        #expect(error.description.contains("rows.part is not a file of rows with verdicts, and is not replaced"))
    }

    /// Two names of a file that is not there yet, of which another part of the command is to make one.
    @Test func whatAnotherPartOfTheCommandWillWriteIsRefused() throws {
        let name = folder.file("new")
        try FileManager.default.createSymbolicLink(atPath: folder.file("soft"), withDestinationPath: "new")
        for other in [name, folder.path + "/./new", folder.file("soft")] {
            let error = try #require(throws: OutputError.self) {
                _ = try OutputFile(name, kind: .verdicts, inputs: [other], force: false)
            }
            #expect(error.description.contains("is an input of this command"))
        }
        _ = try OutputFile(name, kind: .verdicts, inputs: [folder.file("newer")], force: false)
    }
}
