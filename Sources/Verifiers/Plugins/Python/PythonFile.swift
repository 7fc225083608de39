import Experience
import Foundation
import JSON

/// A Python file with a verify function, as it stands: `--verifier ./mine.py`.
///
/// The function is called by the names of its parameters, as python/assay/verifier.py describes; that text and `runner.py` are
/// part of the program, so the file needs nothing but an interpreter.
enum PythonFile {
    /// The registered name, whose option `file` a path stands for.
    static let name = VerifierPath.verifier

    private static let runner = String(decoding: PackageResources.runner_py, as: UTF8.self)
    private static let library = String(decoding: PackageResources.verifier_py, as: UTF8.self)

    /// Adds it as "python".
    static func register(in registry: inout VerifierRegistry) {
        let own: [(name: String, summary: String)] = [
            ("file", "the Python file; --verifier ./mine.py is the same"),
            (
                "function",
                "the function that judges (the one marked @verifier, else verify, compute_score, reward_func …, else the only one)"
            ),
            ("python", "the interpreter (python3)"),
        ]
        registry.register(
            name, summary: "a Python file with a verify function, as it stands: --verifier ./mine.py",
            options: own + CommandVerifier.workerOptions.filter { $0.name != "options" }
        ) { options, registry in try verifier(options, among: registry) }
    }

    private static func verifier(_ json: JSONValue, among registry: VerifierRegistry) throws -> CommandVerifier {
        let reader = OptionsReader(json)
        guard let file = try reader.string("file") else {
            throw VerifierOptionsError(key: "file", "name the Python file: --verifier ./mine.py")
        }
        try check(file)
        let python = try reader.string("python") ?? "python3"
        guard HostCommand.find(python) != nil else {
            throw VerifierOptionsError(
                "'\(file)' needs Python, and there is no '\(python)' on PATH; install it, or name an interpreter with "
                    + "--option python=…")
        }
        let function = try reader.string("function") ?? ""
        var hash = FNV1a()
        for text in [runner, library, function] { hash.add(text.utf8) }
        hash.add(fileAt: file)
        var options = CommandVerifier.Options(command: [python, "-c", runner, library, file, function])
        let url = URL(fileURLWithPath: file)
        let stem = url.deletingPathExtension().lastPathComponent
        // A math.py's verdicts are not to be taken for those of 'math'.
        options.name = registry.entries.contains { $0.name == stem } ? url.lastPathComponent : stem
        options.title = file
        options.fingerprint = hash.text
        try options.read(json)
        return CommandVerifier(options)
    }

    /// Throws what to do about a file that is not there, or is no Python.
    private static func check(_ file: String) throws {
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: file, isDirectory: &isFolder) else {
            let nearest = FileError.nearest(to: file, ending: ".py").map { "; did you mean '\($0)'?" }
            throw VerifierOptionsError("there is no file '\(file)'" + (nearest ?? ""))
        }
        if isFolder.boolValue { throw VerifierOptionsError("'\(file)' is a folder; name the Python file in it") }
        guard file.hasSuffix(".py") else {
            throw VerifierOptionsError(
                "'\(file)' is not a Python file (.py); any other program that speaks the protocol of docs/verifiers.md is "
                    + "--verifier command --option 'command=[\"\(file)\"]'")
        }
        guard access(file, R_OK) == 0 else { throw VerifierOptionsError("'\(file)' cannot be read") }
    }
}
