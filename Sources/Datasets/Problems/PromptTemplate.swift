internal import Experience
internal import Foundation
public import JSON
internal import Mustache

/// A template that cannot be read, or that asks for a field a row does not have.
public struct TemplateError: Error, Sendable, Hashable, CustomStringConvertible {
    /// One line: file, what is wrong, what to do.
    public var description: String
}

/// A prompt made from a row by a mustache file. Nothing is escaped: what the field holds is what the model sees.
///
/// Variables are the row's fields; `prompt` and `question` stand for the prompt field where the row has no such field of
/// its own; `system` is the configured system text. `{{#field}}…{{/field}}` repeats over lists and tests for presence.
public struct PromptTemplate: Sendable {
    private let path: String
    private let template: MustacheTemplate
    private let variables: [String]

    private static let textType = "{{% CONTENT_TYPE:TEXT}}"
    // The library counts what is left of the template at every brace: some two seconds of it.
    private static let mostWork = 2_000_000_000

    /// Reads a template file.
    public init(path: String) throws {
        do {
            try self.init(text: String(contentsOfFile: path, encoding: .utf8), path: path)
        } catch let error as CocoaError {
            throw TemplateError(description: "\(path): cannot read the template: \(error.localizedDescription)")
        }
    }

    /// A template from text; `path` is for messages.
    public init(text: String, path: String = "template") throws {
        self.path = path
        let (size, braces) = (text.utf8.count, text.utf8.count { $0 == UInt8(ascii: "{") })
        let (work, isTooMuch) = size.multipliedReportingOverflow(by: braces)
        if isTooMuch || work > Self.mostWork {
            throw TemplateError(
                description:
                    "\(path): \(braces) braces in \(size) bytes are too many for a template; put texts into the rows")
        }
        variables = Self.plainVariables(text)
        do {
            template = try MustacheTemplate(string: Self.textType + text)
        } catch let error as MustacheTemplate.ParserError {
            let (line, column) = (error.context.lineNumber, error.context.columnNumber)
            let place = "\(line):\(line == 1 ? max(1, column - Self.textType.count) : column)"
            throw TemplateError(description: "\(path):\(place): not a mustache template: \(error.error)")
        } catch {
            throw TemplateError(description: "\(path): not a mustache template: \(error)")
        }
    }

    /// The prompt of one row; throws `TemplateError` when a plain variable has no value.
    public func render(_ row: JSONRow, promptField: String = "prompt", system: String = "") throws -> String {
        var context: [String: Any] = ["system": system]
        if case .object(let members) = row.value {
            if let prompt = row.value(at: promptField) {
                context["prompt"] = Self.plain(prompt)
                context["question"] = Self.plain(prompt)
            }
            for member in members { context[member.key] = Self.plain(member.value) }
        }
        for name in variables where context[name] == nil {
            let hint = name.nearest(in: Array(context.keys)).map { "; did you mean {{\($0)}}?" } ?? ""
            throw TemplateError(description: "\(path): the row has no field \"\(name)\"\(hint)")
        }
        return template.render(context)
    }

    private static func plain(_ value: JSONValue) -> Any {
        switch value {
        case .null: ""
        case .bool(let flag): flag
        case .number(let number): number.text
        case .string(let text): text
        case .array(let elements): elements.map(plain)
        case .object(let members):
            Dictionary(members.map { ($0.key, plain($0.value)) }, uniquingKeysWith: { $1 })
        }
    }

    /// The names in `{{name}}` and `{{{name}}}` outside of sections, up to the first dot or transform.
    private static func plainVariables(_ text: String) -> [String] {
        var names: [String] = []
        var depth = 0
        for piece in text.components(separatedBy: "{{").dropFirst() {
            guard let tag = piece.components(separatedBy: "}}").first?.trimmingCharacters(in: .whitespaces),
                let sign = tag.first
            else { continue }
            switch sign {
            case "#", "^", "$", "<": depth += 1
            case "/": depth -= 1
            case "!", ">", "%", "=": continue
            default:
                let name = tag.drop { "{& ".contains($0) }.prefix {
                    $0.isLetter || $0.isNumber || $0 == "_" || $0 == "-"
                }
                if depth == 0, !name.isEmpty, !tag.contains("(") { names.append(String(name)) }
            }
        }
        return names
    }
}
