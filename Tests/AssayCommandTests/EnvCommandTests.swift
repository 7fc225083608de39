import Foundation
import JSON
import Testing
import Verifiers

@Suite struct EnvCommandTests {
    /// In a process of its own: whatever it leaves behind is its own.
    @Test(arguments: ["python", "shell", "files", "sql", "calculator", "retry", "critique", "hint"])
    func soundOnesHaveNoFinding(name: String) async throws {
        if await Sandbox.probe().isolation == nil { return }
        try await hasNoFinding(name)
    }

    @Test(arguments: ["guess", "grid", "tictactoe", "nim", "code"], ["text", "tool"])
    func soundGamesHaveNoFinding(name: String, interface: String) async throws {
        try await hasNoFinding(#"game:{"game": "\#(name)", "interface": "\#(interface)"}"#)
    }

    private func hasNoFinding(_ environment: String) async throws {
        let result = try await AssayProcess.run(["env", "check", environment])
        #expect(result.code == 0 && result.output.hasPrefix("nothing"), "\(result)")
    }

    @Test func whatIsAskedForIsListed() async throws {
        let all = try await AssayProcess.run(["env", "list", "--json"])
        #expect(try JSONValue(parsing: all.output.utf8).arrayValue?.count == 11)
        let one = try await AssayProcess.run(["env", "list", "game"])
        #expect(one.output.contains("game: ") && one.output.contains("default guess"), "\(one)")
        let none = try await AssayProcess.run(["env", "list", "gmae"])
        #expect(none.code == 2 && none.errors.contains("did you mean 'game'?"), "\(none)")
    }

    @Test func aConfigurationsEnvironmentIsReadAtOnce() async throws {
        let folder = try TemporaryFolder()
        try folder.write(#"{"question": "1?", "answer": "1"}"#, to: "p.jsonl")
        for (name, options, said) in [
            ("gmae", "{}", "did you mean 'game'?"), ("game", "{gaem: nim}", "did you mean 'game'?"),
            ("python", "{tools: 1}", "environment.options.tools"),
        ] {
            try folder.write(
                """
                dataset: {path: p.jsonl}
                rollout: {endpoints: [http://127.0.0.1:1]}
                environment: {name: \(name), options: \(options)}
                """, to: "c.yaml")
            let result = try await AssayProcess.run(["run", "c.yaml"], folder: folder.path)
            #expect(result.code == 2 && result.errors.contains(said), "\(result)")
        }
    }
}
