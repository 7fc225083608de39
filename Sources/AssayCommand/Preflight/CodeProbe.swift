import Experience
import JSON
import Verifiers

/// Finds out whether model-written programs can be run contained here, by really running one.
enum CodeProbe {
    /// Whether a program of each language ran, and with which isolation, or what is missing; by language.
    static func run(_ languages: [String]) async -> [String: (works: Bool, detail: String)] {
        do {
            let verifier = try VerifierRegistry.ofCommands.make("code")
            let verdicts = await verifier.verdicts(of: languages.map(item))
            await verifier.shutdown()
            return Dictionary(zip(languages, verdicts.map(result))) { first, _ in first }
        } catch {
            return Dictionary(languages.map { ($0, (false, "\(error)")) }) { first, _ in first }
        }
    }

    private static func result(_ verdict: Verdict) -> (works: Bool, detail: String) {
        if verdict.outcome != .correct { return (false, verdict.explanation ?? verdict.reason) }
        return (true, "a program ran, isolation \(verdict.details?["isolation"]?.stringValue ?? "unknown")")
    }

    static func item(_ language: String) -> VerificationItem {
        let program = Language.standard.first { $0.name == language }?.sample ?? ""
        let row = JSONRow([
            "language": .string(language), "format": "stdin", "tests": [["input": "", "output": "ok\n"]],
        ])
        return VerificationItem(
            problem: Problem(id: "probe", fields: row), completion: Completion(text: "```\(language)\n\(program)\n```"))
    }
}
