import Experience
import Foundation
import JSON
import Yams

/// A configuration file cannot be used: `path:line: message`. Exit code 2.
struct ConfigError: Error, CustomStringConvertible {
    var description: String
}

/// A YAML document checked against the known keys, with the line of each key.
///
/// Reading is: compose, check every key, lay it over the defaults, decode. So each message can name key and line, and
/// a section needs no decoder of its own.
struct ConfigFile {
    private(set) var value: JSONValue
    /// Nothing that is configured is nested deeper.
    private static let maxDepth = 64
    /// A file is small; aliases of aliases are not.
    private static let maxValues = 100_000
    private var values = 0
    private let path: String
    private var lines: [String: Int] = [:]

    /// Parses YAML text; `fields` are the keys of its top level.
    init(yaml: String, path: String, fields: [ConfigField]) throws {
        self.path = path
        self.value = .object([])
        let node: Node?
        do {
            node = try Yams.compose(yaml: yaml)
        } catch let error as YamlError {
            throw ConfigError(description: "\(path): not valid YAML: \(Self.firstLine(of: error))")
        }
        guard let node else { return }
        guard node.mapping != nil else {
            throw ConfigError(description: "\(path):\(node.mark?.line ?? 1): expected keys and values at the top level")
        }
        value = try read(node, key: "", fields: fields)
    }

    /// Sets a dotted key, as `--set` does; the value is JSON, or else text.
    mutating func set(_ assignment: String, fields: [ConfigField]) throws {
        guard let equals = assignment.firstIndex(of: "=") else {
            throw ConfigError(description: "--set \(assignment): expected key=value")
        }
        let key = String(assignment[..<equals])
        guard key.split(separator: ".", omittingEmptySubsequences: false).count <= Self.maxDepth else {
            throw ConfigError(description: "--set \(key.prefix(60))…: more than \(Self.maxDepth) keys deep")
        }
        let text = String(assignment[assignment.index(after: equals)...])
        let parsed = (try? JSONValue(parsing: text.utf8)) ?? .string(text)
        var known: [ConfigField]? = fields
        for (position, part) in key.split(separator: ".").map(String.init).enumerated() {
            guard let level = known else { break }
            guard let field = level.first(where: { $0.name == part }) else {
                let prefix = key.split(separator: ".").prefix(position).joined(separator: ".")
                throw ConfigError(description: "--set \(key): " + Self.unknown(part, under: prefix, among: level))
            }
            switch field.kind {
            case .section(let inner): known = inner
            case .value: known = []
            case .free: known = nil
            }
        }
        value = value.setting(key.split(separator: ".").map(String.init)[...], to: parsed)
    }

    /// Decodes over `defaults`, so that absent keys have theirs.
    func decode<Config: Codable>(over defaults: Config) throws -> Config {
        let base = try JSONValue(parsing: JSONEncoder().encode(defaults))
        do {
            return try JSONDecoder().decode(Config.self, from: Data(base.merging(value).bytes))
        } catch let error as DecodingError {
            throw located(
                error,
                isWrong: { key in
                    let only = JSONValue.object([]).setting(key[...], to: value.value(at: key[...]) ?? .null)
                    return (try? JSONDecoder().decode(Config.self, from: Data(base.merging(only).bytes))) == nil
                })
        }
    }

    /// `path:line: key: message` for a problem found after decoding.
    func located(_ problem: ConfigProblem) -> ConfigError {
        ConfigError(description: "\(location(of: problem.key)): \(problem.key): \(problem.message)")
    }

    private func located(_ error: DecodingError, isWrong: ([String]) -> Bool) -> ConfigError {
        let context: DecodingError.Context
        var expected = ""
        switch error {
        case .typeMismatch(let type, let detail), .valueNotFound(let type, let detail):
            context = detail
            expected = Self.word(for: type)
        case .keyNotFound(let key, let detail):
            let name = (detail.codingPath + [key]).map(\.stringValue).joined(separator: ".")
            return ConfigError(description: "\(path): the key '\(name)' is required")
        case .dataCorrupted(let detail):
            context = detail
            if detail.codingPath.isEmpty, let key = leaves.first(where: isWrong) {
                // JSONDecoder does not say which number has no place in its type: an integer was expected.
                let (name, given) = (key.joined(separator: "."), value.value(at: key[...])?.text ?? "")
                return ConfigError(description: "\(location(of: name)): \(name): expected an integer, not \(given)")
            }
        @unknown default: return ConfigError(description: "\(path): \(error)")
        }
        let key = context.codingPath.map(\.stringValue).joined(separator: ".")
        let given = value.value(at: context.codingPath.map(\.stringValue)[...]).map { " \($0.text)" } ?? ""
        let message = expected.isEmpty ? "not a value it can have:\(given)" : "expected \(expected), not\(given)"
        return ConfigError(description: "\(location(of: key)): \(key): \(message)")
    }

    /// Keys without keys of their own, in the order of the file.
    private var leaves: [[String]] {
        lines.sorted { $0.value < $1.value }.map { $0.key.split(separator: ".").map(String.init) }
            .filter { value.value(at: $0[...])?.objectValue == nil }
    }

    private func location(of key: String) -> String {
        var key = key[...]
        while true {
            if let line = lines[String(key)] { return "\(path):\(line)" }
            guard let dot = key.lastIndex(of: ".") else { return path }
            key = key[..<dot]
        }
    }

    private mutating func read(_ node: Node, key: String, fields: [ConfigField]?) throws -> JSONValue {
        values += 1
        guard values <= Self.maxValues else {
            throw ConfigError(
                description:
                    "\(path):\(node.mark?.line ?? 0): \(key): more than \(Self.maxValues) values, aliases written out")
        }
        switch node {
        case .mapping(let mapping):
            var members: [JSONValue.Member] = []
            for (keyNode, valueNode) in mapping {
                guard let name = keyNode.string else {
                    throw ConfigError(description: "\(path):\(keyNode.mark?.line ?? 0): keys must be text")
                }
                let full = key.isEmpty ? name : "\(key).\(name)"
                let line = keyNode.mark?.line ?? 0
                if lines[full] != nil {
                    throw ConfigError(description: "\(path):\(line): the key '\(full)' stands twice")
                }
                lines[full] = line
                var inner: [ConfigField]?
                if let fields {
                    guard let field = fields.first(where: { $0.name == name }) else {
                        throw ConfigError(
                            description: "\(path):\(line): " + Self.unknown(name, under: key, among: fields))
                    }
                    if case .section(let known) = field.kind {
                        // An empty section is one whose keys are all commented out.
                        if valueNode.null != nil { continue }
                        guard valueNode.mapping != nil else {
                            throw ConfigError(
                                description: "\(path):\(line): '\(full)' is a section with keys of its own: "
                                    + known.map(\.name).joined(separator: ", "))
                        }
                        inner = known
                    }
                }
                members.append(.init(name, try read(valueNode, key: full, fields: inner)))
            }
            return .object(members)
        case .sequence(let sequence):
            return .array(try sequence.map { try read($0, key: key + ".*", fields: nil) })
        case .scalar:
            if node.null != nil { return .null }
            if let flag = node.bool, node.tag.description.contains("bool") { return .bool(flag) }
            // YAML 1.1 reads 1:30 as 90, by arithmetic that ends the process when it overflows; YAML 1.2 reads a text.
            if let text = node.string, text.contains(":") { return .string(text) }
            if let int = node.int, node.tag.description.contains("int") { return .int(int) }
            if let double = node.float, node.tag.description.contains("float") {
                guard double.isFinite else {
                    throw ConfigError(
                        description:
                            "\(path):\(node.mark?.line ?? 0): \(key): '\(node.string ?? "")' is no finite number")
                }
                return .double(double)
            }
            return .string(node.string ?? "")
        case .alias: return .null
        }
    }

    private static func unknown(_ name: String, under key: String, among fields: [ConfigField]) -> String {
        let full = key.isEmpty ? name : "\(key).\(name)"
        let names = fields.map(\.name)
        if let nearest = name.nearest(in: names) { return "unknown key '\(full)'; did you mean '\(nearest)'?" }
        return "unknown key '\(full)'; known: \(names.joined(separator: ", "))"
    }

    private static func word(for type: Any.Type) -> String {
        switch type {
        case is Bool.Type: "true or false"
        case is any BinaryInteger.Type: "an integer"
        case is any BinaryFloatingPoint.Type: "a number"
        case is String.Type: "a text"
        case is any Collection.Type: "a list"
        default: "another kind of value"
        }
    }

    private static func firstLine(of error: YamlError) -> String {
        "\(error)".split(separator: "\n").first.map(String.init) ?? "\(error)"
    }
}

extension JSONValue {
    /// This tree with `other`'s members laid over it, objects member by member; null members of `other` count as absent.
    fileprivate func merging(_ other: JSONValue) -> JSONValue {
        guard case .object(var members) = self, case .object(let overlay) = other else { return other }
        for member in overlay where !member.value.isNull {
            if let index = members.firstIndex(where: { $0.key == member.key }) {
                members[index].value = members[index].value.merging(member.value)
            } else {
                members.append(member)
            }
        }
        return .object(members)
    }

    fileprivate func setting(_ path: ArraySlice<String>, to value: JSONValue) -> JSONValue {
        guard let key = path.first else { return value }
        var members = objectValue ?? []
        let index = members.firstIndex { $0.key == key }
        let inner = (index.map { members[$0].value } ?? .object([])).setting(path.dropFirst(), to: value)
        if let index { members[index].value = inner } else { members.append(.init(key, inner)) }
        return .object(members)
    }

    fileprivate func value(at path: ArraySlice<String>) -> JSONValue? {
        guard let key = path.first else { return self }
        return self[key]?.value(at: path.dropFirst())
    }
}
