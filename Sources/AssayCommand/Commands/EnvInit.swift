import ArgumentParser
import Experience
import Foundation
import JSON

/// `assay env init`: an environment that works, to be changed.
struct EnvInit: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "init",
        abstract: "Write an environment that works, with a test of it.",
        discussion: """
            Writes NAME.py, NAME.js or NAME.sh and a test beside it, and prints the commands that try them. NAME may have a \
            folder before it, which is made.

            EXAMPLE
              assay env init --python mine
            """)

    @Argument(help: "The environment's name, or a path that ends with it.")
    var name: String

    @Flag(help: "The language.")
    var language: EnvironmentTemplate

    @OptionGroup var replacing: ForceFlag

    private var path: URL { URL(fileURLWithPath: name) }

    func validate() throws {
        // Python imports it by this name, and the shell's text holds it.
        let isGood = path.lastPathComponent.utf8.allSatisfy {
            (48...57).contains($0) || (65...90).contains($0) || (97...122).contains($0) || $0 == 95
        }
        let isNumber = path.lastPathComponent.utf8.first.map { (48...57).contains($0) } ?? true
        if name.isEmpty || name.hasSuffix("/") || !isGood || isNumber {
            throw ValidationError("A name has letters, digits and _ only, and begins with no digit.")
        }
    }

    func run() async throws {
        let folder = name.contains("/") ? path.deletingLastPathComponent().path + "/" : ""
        let word = path.lastPathComponent
        try Folder.make(folder)
        let (script, test) = (folder + language.script(word), folder + language.test(word))
        // Both are settled before one is written.
        let files = try [script, test].map {
            try OutputFile($0, kind: .environmentScript, force: replacing.force)
        }
        let texts = language.texts(word)
        for (file, text) in zip(files, [texts.script, texts.test]) { try await file.write(Array(text.utf8)) }
        _ = chmod(script, 0o755)
        let command = JSONValue.array([.string(language.interpreter), .string(script)]).text
        Terminal.output(
            """
            wrote \(script) and \(test). Try it:
              \(language.interpreter) \(test)
              assay env check command --option 'command=\(command)'
            In a configuration:
              environment:
                name: command
                options: {command: \(command)}
            """)
    }
}
