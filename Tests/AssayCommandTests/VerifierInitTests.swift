import Testing

/// `assay verifier init` as a process.
@Suite struct VerifierInitTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    @Test(arguments: ["a-B_9", "z", "Z", "0", "-"])
    func aNameOfLettersDigitsAndDashes(name: String) async throws {
        let result = try await AssayProcess.run(["verifier", "init", "--python", "--", name], folder: folder.path)
        #expect(result.code == 0, "\(result.errors)")
    }

    @Test(arguments: ["", "a b", "a/b", "é", "a.b", ":", "@", "[", "`", "{", "/"])
    func otherNamesAreRefused(name: String) async throws {
        let result = try await AssayProcess.run(["verifier", "init", "--python", "--", name], folder: folder.path)
        #expect(result.code == 2 && result.errors.contains("letters, digits"), "\(result)")
    }
}
