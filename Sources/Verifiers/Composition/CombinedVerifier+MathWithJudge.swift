import Experience
import JSON

extension CombinedVerifier {
    /// Adds it as "math_with_judge": `math`, and a judge for what has no score for want of a gold that `math` can read.
    ///
    /// NeMo-Gym's server of that name also asks its judge about answers that the library calls wrong; here those stay wrong.
    public static func registerMathWithJudge(in registry: inout VerifierRegistry) {
        registry.register(
            "math_with_judge",
            summary: "math; a language model judges where math cannot read the gold, and nowhere else",
            options: [
                ("math", "options of the verifier math ({})"),
                ("judge", "options of the verifier judge; it needs an endpoint"),
            ]
        ) { options, registry in
            let parts = try ["math", "judge"].map { name in
                try registry.make(
                    nested: .object([.init("verifier", .string(name)), .init("options", options[name] ?? .object([]))]),
                    key: name)
            }
            return CombinedVerifier(
                .first, of: parts.map { Part($0) }, undecided: [.verifierError], name: "math_with_judge")
        }
    }
}
