import Experience
import Foundation
import JSON

/// The commented configuration that `assay init` writes: every key, its meaning and its default, from the same fields
/// that check a configuration.
enum ConfigTemplate {
    /// YAML text; keys in `values` (dotted) are set, all others are commented out with their defaults.
    static func yaml(values: [String: JSONValue]) throws -> String {
        let defaults = try RunConfig().json()
        var lines = [
            "# assay configuration. Every key is optional but dataset.path; commented ones show their defaults.",
            "# Override one on the command line with --set section.key=value.",
        ]
        for field in RunConfig.fields {
            lines.append("")
            guard case .section(let fields) = field.kind else {
                lines += entry(field, key: field.name, indent: "", defaults[field.name], values)
                continue
            }
            lines.append("# \(field.summary)")
            lines.append("\(field.name):")
            for inner in fields {
                let key = "\(field.name).\(inner.name)"
                lines += entry(inner, key: key, indent: "  ", defaults[field.name]?[inner.name], values)
            }
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private static func entry(
        _ field: ConfigField, key: String, indent: String, _ value: JSONValue?, _ values: [String: JSONValue]
    ) -> [String] {
        let set = values[key]
        let text = scalar(set ?? value ?? .null)
        return ["\(indent)# \(field.summary)", "\(indent)\(set == nil ? "# " : "")\(field.name):\(text)"]
    }

    // JSON is YAML, but a plain word reads better without quotes.
    private static func scalar(_ value: JSONValue) -> String {
        switch value {
        case .null: return ""
        case .string(let text):
            let isPlain =
                !text.isEmpty
                && text.utf8.allSatisfy {
                    ($0 | 0x20) >= 97 && ($0 | 0x20) <= 122 || "/._-0123456789".utf8.contains($0)
                }
            // Some words are no text to YAML: no, null, 1e3, -.
            let isText = isPlain && (try? ConfigTree(yaml: text).value) == .string(text)
            return isText ? " \(text)" : " \(value.text)"
        default: return " \(value.text)"
        }
    }
}

extension FileKind {
    /// What `assay run` reads, as `assay init` wrote it or as somebody changed it.
    static let configuration = FileKind("a configuration of assay") { head in
        let text = String(decoding: head, as: UTF8.self)
        let file = try? ConfigFile(yaml: text, path: "", fields: RunConfig.fields)
        return text.hasPrefix("# assay configuration") || file?.value.objectValue?.isEmpty == false
    }
}
