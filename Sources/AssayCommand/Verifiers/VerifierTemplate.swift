import ArgumentParser
import Experience

/// Scripts that `assay verifier init` writes.
enum VerifierTemplate: String, EnumerableFlag {
    case python, node, shell

    var fileExtension: String {
        switch self {
        case .python: "py"
        case .node: "js"
        case .shell: "sh"
        }
    }

    var interpreter: [String] {
        switch self {
        case .python: ["python3"]
        case .node: ["node"]
        case .shell: ["sh"]
        }
    }

    /// Rows with labels that the script judges right.
    static let cases = """
        {"id": "same", "response": "The answer is 42", "answer": "42", "expected": true}
        {"id": "last line counts", "response": "Perhaps 41.\\nThe answer is 42", "answer": "42", "expected": true}
        {"id": "different", "response": "The answer is 41", "answer": "42", "expected": false}
        {"id": "empty", "response": "", "answer": "42", "expected": false}

        """

    func script(name: String) -> String {
        switch self {
        case .python: Self.pythonScript.replacing("NAME", with: name)
        case .node: Self.nodeScript.replacing("NAME", with: name)
        case .shell: Self.shellScript.replacing("NAME", with: name)
        }
    }

    private static let pythonScript = #"""
        """The verifier NAME: assay verify rows.jsonl --verifier ./NAME.py; more in docs/verifiers.md."""


        def verify(response, answer, fields):
            """1.0 when the response's last word is the answer; a dict may say more: score, reason, extracted, ..."""
            words = response.split() or [""]
            return {"score": float(words[-1] == answer), "extracted": words[-1]}

        """#

    private static let nodeScript = #"""
        // The verifier NAME. Protocol: docs/verifiers.md. stdout is the protocol's; console.error() is free.
        const lines = require("readline").createInterface({ input: process.stdin });
        const send = (value) => process.stdout.write(JSON.stringify(value) + "\n");

        // 1 when the response's last word is the answer; the object may say more: reason, extracted, outcome, ...
        function score(response, answer, fields) {
          const words = response.split(/\s+/).filter((word) => word);
          if (words.length === 0) return { score: 0, outcome: "noAnswer" };
          return { score: words.at(-1) === answer ? 1 : 0, extracted: words.at(-1) };
        }

        lines.on("line", (line) => {
          const message = JSON.parse(line);
          if ("hello" in message) send({ ready: 1, name: "NAME", version: "1" });
          for (const item of message.verify ?? []) {
            try {
              send({ id: item.id, ...score(item.response, item.answer, item.fields) });
            } catch (error) {
              send({ id: item.id, error: String(error) });
            }
          }
        });

        """#

    private static let shellScript = #"""
        # The verifier NAME. Protocol: docs/verifiers.md, "Tab-separated lines". stdout is the protocol's.
        tab=$(printf '\t')
        read -r hello
        printf '{"ready":1,"name":"NAME","version":"1","format":"tsv"}\n'
        while IFS= read -r line; do
            id=${line%%"$tab"*} line=${line#*"$tab"}
            response=$(printf '%b' "${line%%"$tab"*}") line=${line#*"$tab"}
            answer=$(printf '%b' "${line%%"$tab"*}")
            # 1 when the response's last word is the answer.
            if [ "${response##*[[:space:]]}" = "$answer" ]; then score=1; else score=0; fi
            printf '%s\t%s\n' "$id" "$score"
        done

        """#
}

extension FileKind {
    /// A script that `assay verifier init` wrote, by its first comment.
    static let verifierScript = FileKind("a verifier that 'assay verifier init' wrote") { head in
        let line = head.prefix { $0 != UInt8(ascii: "\n") }
        return String(decoding: line, as: UTF8.self).contains("The verifier ")
            && line.contains("docs/verifiers.md".utf8)
    }

    /// The labelled cases beside it.
    static let verifierCases = rows("a file of labelled cases", with: "expected")
}
