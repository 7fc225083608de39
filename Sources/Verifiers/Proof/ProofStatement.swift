/// What is to be proved: a statement without its proof.
struct ProofStatement {
    /// The statement up to where its proof begins.
    let core: String
    /// The theorem's name.
    let name: String
    private let system: ProofSystem

    /// Reads a statement; a proof that is left open (`:= by sorry`, `Proof. Admitted.`) is cut off. Nil without a name.
    init?(_ text: String, _ system: ProofSystem) {
        self.system = system
        var core = text.trimmed
        switch system {
        case .lean:
            for tail in ["sorry", "by", ":="] where core.hasSuffix(tail) {
                core = String(core.dropLast(tail.count)).trimmed
            }
        case .coq:
            for tail in ["Admitted.", "Proof."] where core.hasSuffix(tail) {
                core = String(core.dropLast(tail.count)).trimmed
            }
            if !core.hasSuffix(".") { core += "." }
        }
        let words = core.split { $0.isWhitespace }
        guard let keyword = words.lastIndex(where: { system.statements.contains(String($0)) }),
            keyword + 1 < words.count
        else { return nil }
        name = String(words[keyword + 1].prefix { !":({[".contains($0) })
        if name.isEmpty { return nil }
        self.core = core
    }

    /// The proof in a response: what follows the statement in it, else the whole; ready to be put after `core`. Nil when
    /// the statement is repeated and goes on differently.
    func proof(in response: String) -> String? {
        if let rest = afterStatement(response) {
            switch system {
            case .lean: return rest.trimmed.hasPrefix(":=") ? " " + rest.trimmed : nil
            case .coq: return "\n" + rest
            }
        }
        switch system {
        case .lean:
            let body = response.trimmed
            if body.hasPrefix(":=") { return " " + body }
            if body.hasPrefix("by"), body.dropFirst(2).first?.isWhitespace ?? true { return " := " + body }
            // A block of tactics must be indented.
            let lines = response.split(separator: "\n", omittingEmptySubsequences: false)
            return " := by\n" + lines.map { "  " + $0 }.joined(separator: "\n")
        case .coq: return "\n" + response
        }
    }

    /// What stands after the statement, compared without regard to whitespace; nil when it does not occur.
    private func afterStatement(_ response: String) -> Substring? {
        let wanted = Array(core.unicodeScalars.filter { !$0.properties.isWhitespace })
        let scalars = response.unicodeScalars
        let places = scalars.indices.filter { !scalars[$0].properties.isWhitespace }
        guard places.count >= wanted.count else { return nil }
        for start in 0...(places.count - wanted.count) where scalars[places[start]] == wanted[0] {
            if zip(places[start...], wanted).allSatisfy({ scalars[$0] == $1 }) {
                let last = places[start + wanted.count - 1]
                return response[scalars.index(after: last)...]
            }
        }
        return nil
    }
}
