import Testing

/// Commands that make folders, where a file stands in the way.
@Suite struct FolderTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    @Test(arguments: [
        ["demo", "--simulated", "--folder", "file"], ["demo", "--simulated", "--folder", "file/below"],
        ["env", "init", "--python", "file/mine"], ["export", "runs/demo/experience.sqlite", "--hf", "file"],
        ["serve", "--port", "0", "--jobs", "file/jobs.sqlite"],
    ])
    func aFileInTheWayIsNamed(arguments: [String]) async throws {
        _ = try folder.write("mine", to: "file")
        if arguments[0] == "export" {
            let made = try await AssayProcess.run(["demo", "--simulated", "--quiet"], folder: folder.path)
            #expect(made.code == 0, "\(made.errors)")
        }
        let result = try await AssayProcess.run(arguments, folder: folder.path)
        #expect(result.code == 2, "\(result)")
        #expect(result.errors.split(separator: "\n").count == 1 && result.errors.contains("file"), "\(result.errors)")
        #expect(result.errors.hasSuffix("cannot make the folder: Not a directory\n"), "\(result.errors)")
    }

    @Test func foldersAboveAreMade() async throws {
        let result = try await AssayProcess.run(["env", "init", "--python", "a/b//c/mine"], folder: folder.path)
        #expect(result.code == 0, "\(result.errors)")
    }
}
