import Experience
import JSON
import Verifiers

/// Finds out whether model-written programs can be run contained here, by really running one.
enum CodeProbe {
    private static let programs = [
        ("python", "print(42)"), ("c", "#include <stdio.h>\nint main(){puts(\"42\");}"),
        ("cpp", "#include <iostream>\nint main(){std::cout<<42;}"), ("javascript", "console.log(42)"),
        ("bash", "echo 42"),
    ]

    /// Whether a program of the language ran, and with which isolation, or what is missing.
    static func run(_ language: String) async -> (works: Bool, detail: String) {
        do {
            let verifier = try VerifierRegistry.ofCommands.make("code")
            let verdict = await verifier.verify(item(language))
            await verifier.shutdown()
            if verdict.outcome == .correct {
                return (true, "a program ran, isolation \(verdict.details?["isolation"]?.stringValue ?? "unknown")")
            }
            return (false, verdict.explanation ?? verdict.reason)
        } catch {
            return (false, "\(error)")
        }
    }

    static func item(_ language: String) -> VerificationItem {
        let program = programs.first { $0.0 == language }?.1 ?? ""
        let row = JSONRow([
            "language": .string(language), "format": "stdin", "tests": [["input": "", "output": "42\n"]],
        ])
        return VerificationItem(
            problem: Problem(id: "probe", fields: row), completion: Completion(text: "```\(language)\n\(program)\n```"))
    }
}
