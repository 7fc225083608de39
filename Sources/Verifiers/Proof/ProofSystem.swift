/// A proof assistant: how a file is checked, and how it is asked what a proof rests on.
public enum ProofSystem: String, Sendable, CaseIterable {
    /// Lean 4.
    case lean
    /// Coq, now Rocq.
    case coq

    /// The program that checks a file.
    var command: String {
        switch self {
        case .lean: "lean"
        case .coq: "coqc"
        }
    }

    var source: String {
        switch self {
        case .lean: "Main.lean"
        case .coq: "main.v"
        }
    }

    /// Words that leave a proof open, switch a check off, or change what a later command means. The statement stands
    /// before the response, so that nothing in the response changes it. Whole words outside comments and strings.
    var forbidden: Set<String> {
        switch self {
        case .lean:
            [
                "sorry", "admit", "axiom", "unsafe", "implemented_by", "extern", "native_decide", "macro",
                "macro_rules",
                "elab", "elab_rules", "command_elab", "initialize", "builtin_initialize", "run_cmd", "run_elab",
                "run_meta", "run_tac", "#eval", "csimp", "ofReduceBool", "skipKernelTC", "set_option",
            ]
        case .coq:
            [
                "Admitted", "admit", "Admit", "Abort", "Axiom", "Axioms", "Parameter", "Parameters", "Conjecture",
                "Variable", "Variables", "Hypothesis", "Hypotheses", "Declare", "Unset", "bypass_check", "Load",
                "Redirect", "Extraction", "Cd", "Drop", "Reset", "Back", "BackTo", "Undo", "Restart",
            ]
        }
    }

    /// A line that prints what `name` rests on.
    func question(_ name: String) -> String {
        switch self {
        case .lean: "#print axioms \(name)"
        case .coq: "Print Assumptions \(name)."
        }
    }

    /// Whether the answer to `question`, the last thing in `output`, names nothing but what the logic itself has.
    func isClosed(_ output: String) -> Bool {
        let lines = output.split(whereSeparator: \.isNewline)
        switch self {
        case .coq: return lines.last == "Closed under the global context"
        case .lean:
            if lines.last?.hasSuffix("does not depend on any axioms") == true { return true }
            // A long list goes over several lines.
            guard let start = output[...].lastOccurrence(of: "depends on axioms: [")?.upperBound,
                let end = output[start...].firstIndex(of: "]"), output[end...].dropFirst().allSatisfy(\.isWhitespace)
            else { return false }
            let names = output[start..<end].split(separator: ",").map { $0.trimmed }
            return Set(names).isSubset(of: ["propext", "Classical.choice", "Quot.sound"])
        }
    }

    /// Keywords after which the name of a statement stands.
    var statements: [String] {
        switch self {
        case .lean: ["theorem", "lemma"]
        case .coq: ["Theorem", "Lemma", "Fact", "Remark", "Corollary", "Proposition", "Property", "Example"]
        }
    }

    /// The text with comments and strings blanked, of the same length in bytes; nil when one never ends.
    func code(of text: [UInt8]) -> [UInt8]? {
        let (open, close): ([UInt8], [UInt8]) =
            self == .lean ? (Array("/-".utf8), Array("-/".utf8)) : (Array("(*".utf8), Array("*)".utf8))
        var out = text
        var index = 0
        var depth = 0
        func at(_ mark: [UInt8]) -> Bool {
            index + mark.count <= text.count && text[index..<index + mark.count].elementsEqual(mark)
        }
        func blank(_ count: Int) {
            for place in index..<min(index + count, text.count) where text[place] != UInt8(ascii: "\n") {
                out[place] = 0x20
            }
            index += count
        }
        while index < text.count {
            if at(open) {
                depth += 1
                blank(2)
            } else if depth > 0 {
                if at(close) {
                    depth -= 1
                    blank(2)
                } else {
                    blank(1)
                }
            } else if self == .lean, at(Array("--".utf8)) {
                while index < text.count, text[index] != UInt8(ascii: "\n") { blank(1) }
            } else if text[index] == UInt8(ascii: "\"") {
                blank(1)
                while index < text.count, text[index] != UInt8(ascii: "\"") {
                    blank(self == .lean && text[index] == UInt8(ascii: "\\") ? 2 : 1)
                }
                if index >= text.count { return nil }
                blank(1)
            } else {
                index += 1
            }
        }
        return depth == 0 ? out : nil
    }
}
