import Experience
import Foundation
import Testing

@Suite struct WriterLockTests {
    let folder: TemporaryFolder
    let store: Store

    init() throws {
        folder = try TemporaryFolder()
        store = try Store(path: folder.file("s.sqlite"), access: .create)
    }

    func isRefused(_ path: String) -> Bool {
        do {
            _ = try Store(path: path, access: .create)
            return false
        } catch {
            return "\(error)".contains("another assay is writing to this store")
        }
    }

    @Test func noNameOfTheFileLeadsRound() throws {
        let files = FileManager.default
        try files.createSymbolicLink(atPath: folder.file("link.sqlite"), withDestinationPath: "s.sqlite")
        try files.createSymbolicLink(
            atPath: folder.file("again.sqlite"), withDestinationPath: folder.file("link.sqlite"))
        try files.createDirectory(atPath: folder.file("in"), withIntermediateDirectories: true)
        try files.createSymbolicLink(atPath: folder.file("there"), withDestinationPath: folder.path)
        try files.linkItem(atPath: store.path, toPath: folder.file("hard.sqlite"))
        for name in [
            "s.sqlite", "link.sqlite", "again.sqlite", "hard.sqlite", "in/../s.sqlite", "there/link.sqlite",
            "./s.sqlite",
        ] {
            #expect(isRefused(folder.file(name)), "\(name)")
        }
        #expect(!isRefused(folder.file("other.sqlite")))
    }

    @Test func aClosedStoreCanBeWrittenAgain() throws {
        let path = folder.file("t.sqlite")
        for _ in 0..<3 { _ = try Store(path: path, access: .create) }
        #expect(isRefused(store.path))
    }

    @Test func aNewFileUnderAnOldNameIsAnotherStore() throws {
        for suffix in ["", "-wal", "-shm"] { try? FileManager.default.removeItem(atPath: store.path + suffix) }
        #expect(!isRefused(store.path))
    }

    @Test func whatCannotBeOpenedIsOneLine() throws {
        let path = folder.file("folder.sqlite")
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        let error = #expect(throws: StoreError.self) { _ = try Store(path: path, access: .create) }
        #expect(error?.message == "cannot be opened for writing: Is a directory")
    }

    @Test func aLinkToNowhereIsMadeThere() throws {
        try FileManager.default.createSymbolicLink(atPath: folder.file("dangling"), withDestinationPath: "made.sqlite")
        _ = try Store(path: folder.file("dangling"), access: .create)
        #expect(FileManager.default.fileExists(atPath: folder.file("made.sqlite")))
    }
}
