import Experience
import Foundation
import JSON

/// A configuration cannot be used: `path:line: message`. Exit code 2.
struct ConfigError: Error, CustomStringConvertible {
    var description: String
}

/// A YAML document checked against the known keys, with the line of each key.
///
/// Reading is: compose, check every key, lay it over the defaults, decode. So each message can name key and line, and
/// a section needs no decoder of its own.
struct ConfigFile {
    /// Where a value was given.
    private enum Place {
        case line(Int)
        /// `--set` of this key.
        case override(String)
    }

    private(set) var value: JSONValue
    private let path: String
    private var places: [[String]: Place]

    /// Reads a YAML file in UTF-8, with or without a byte order mark.
    init(path: String, fields: [ConfigField]) throws {
        try self.init(yaml: Self.text(of: path), path: path, fields: fields)
    }

    /// Parses YAML text; `fields` are the keys of its top level.
    init(yaml: String, path: String, fields: [ConfigField]) throws {
        self.path = path
        let tree: ConfigTree
        do {
            tree = try ConfigTree(yaml: yaml)
        } catch let fault as ConfigTree.Fault {
            throw ConfigError(description: "\(path):\(fault.line): \(fault.message)")
        }
        value = tree.value
        places = tree.lines.mapValues(Place.line)
        if value.isNull { value = .object([]) }
        guard value.objectValue != nil else {
            throw ConfigError(description: "\(path):1: expected keys and values at the top level")
        }
        try check(ConfigKeys(fields))
    }

    private static func text(of path: String) throws -> String {
        var bytes: [UInt8]
        do {
            guard let found = try BoundedFile.bytes(of: path, most: ConfigTree.maxBytes) else {
                throw ConfigError(description: "\(path):1: larger than \(ConfigTree.maxBytes) bytes")
            }
            bytes = found
        } catch is FileError {
            throw ConfigError(description: "\(path): cannot be read; 'assay init \(path)' writes one")
        }
        if let other = otherKind(of: path, bytes) { throw ConfigError(description: other) }
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { bytes.removeFirst(3) }
        do {
            _ = try UTF8Span(validating: bytes.span)
        } catch {
            let line = 1 + bytes[..<error.byteOffsets.lowerBound].count { $0 == 0x0A }
            throw ConfigError(description: "\(path):\(line): not valid UTF-8; save the file as UTF-8")
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// What is named most often in place of a configuration, and what to do with it.
    private static func otherKind(of path: String, _ bytes: [UInt8]) -> String? {
        if FileKind.isDatabase(path) {
            return "\(path): a SQLite database, not a configuration; 'assay report \(path)' reads a run's store"
        }
        guard path.hasSuffix(".jsonl") || path.hasSuffix(".ndjson"), bytes.first == UInt8(ascii: "{") else {
            return nil
        }
        return "\(path): rows, not a configuration; 'assay init run.yaml --dataset \(path)' writes one for problems, "
            + "'assay verify \(path)' scores responses"
    }

    /// Sets a dotted key, as `--set` does. The value is YAML, so that it reads as the same text in the file would; an
    /// element of a list is named by its index from 0.
    mutating func set(_ assignment: String, fields: [ConfigField]) throws {
        guard let equals = assignment.firstIndex(of: "="), equals > assignment.startIndex else {
            throw ConfigError(description: "--set \(assignment): expected key=value")
        }
        let key = String(assignment[..<equals])
        let path = key.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
        if path.count > ConfigTree.maxDepth {
            throw ConfigError(description: "--set \(key.cut(to: 60)): more than \(ConfigTree.maxDepth) keys deep")
        }
        if path.contains("") { throw ConfigError(description: "--set \(key): a part of the key is empty") }
        do {
            let given = try Self.value(of: assignment[assignment.index(after: equals)...])
            value = try value.setting(path[...], to: given, under: [])
        } catch let fault as ConfigTree.Fault {
            throw ConfigError(description: "--set \(key): \(fault.message)")
        }
        places = places.filter { !$0.key.starts(with: path) }
        places[path] = .override(key)
        try check(ConfigKeys(fields))
    }

    private static func value(of text: Substring) throws -> JSONValue {
        do {
            // In a file the rest would be a comment; on a command line nobody means one.
            if text.contains(" #"), let first = text.first(where: { $0 != " " }), !"\"'[{|>".contains(first) {
                throw ConfigTree.Fault(line: 1, message: "what follows ' #' would be a comment")
            }
            // Standard input, as in a file; to YAML alone it is a list without elements.
            if text.filter({ $0 != " " }) == "-" { return "-" }
            return text.allSatisfy(\.isWhitespace) ? .null : try ConfigTree(yaml: String(text)).value
        } catch let fault as ConfigTree.Fault {
            throw ConfigTree.Fault(
                line: 1, message: fault.message + "; put text in quotes of its own: key='\"the text\"'")
        }
    }

    private func check(_ keys: ConfigKeys) throws {
        guard let problem = keys.problem(in: value) else { return }
        // A message about a key says the key itself.
        throw ConfigError(description: "\(location(of: problem.path)): \(problem.message)")
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
                    guard let given = value.value(at: key[...]),
                        let only = try? JSONValue.object([]).setting(key[...], to: given, under: [])
                    else { return false }
                    return (try? JSONDecoder().decode(Config.self, from: Data(base.merging(only).bytes))) == nil
                })
        }
    }

    /// `path:line: key: message` for a problem found after decoding.
    func located(_ problem: ConfigProblem) -> ConfigError {
        located(problem.message, at: problem.key.split(separator: ".").map(String.init))
    }

    /// Whether the file or an override gives a value to the key.
    func gives(_ key: String) -> Bool {
        value.value(at: key.split(separator: ".").map(String.init)[...]).map { !$0.isNull } ?? false
    }

    private func located(_ message: String, at key: [String]) -> ConfigError {
        let name = key.joined(separator: ".")
        if case .override(name)? = place(of: key) { return ConfigError(description: "--set \(name): \(message)") }
        return ConfigError(description: "\(location(of: key)): \(name): \(message)")
    }

    private func located(_ error: DecodingError, isWrong: ([String]) -> Bool) -> ConfigError {
        let context: DecodingError.Context
        var expected = ""
        switch error {
        case .typeMismatch(let type, let detail), .valueNotFound(let type, let detail):
            context = detail
            expected = Self.word(for: type)
        case .keyNotFound(let key, let detail):
            let name = (detail.codingPath + [key]).map(\.part).joined(separator: ".")
            return ConfigError(description: "\(path): the key '\(name)' is required")
        case .dataCorrupted(let detail):
            context = detail
            if detail.codingPath.isEmpty, let key = leaves.first(where: isWrong) {
                // JSONDecoder does not say which number has no place in its type: an integer was expected.
                return located("expected an integer, not \(value.value(at: key[...])?.text ?? "")", at: key)
            }
        @unknown default: return ConfigError(description: "\(path): \(error)")
        }
        let key = context.codingPath.map(\.part)
        let given = value.value(at: key[...])
        let text = given.map { " \($0.text.cut(to: 200))" } ?? ""
        // "name: no" is a boolean, "name: 7" a number: the writer meant text.
        let isPlain = given?.boolValue != nil || given?.doubleValue != nil
        let hint = expected == Self.word(for: String.self) && isPlain ? "; put text in quotes" : ""
        return located(
            expected.isEmpty ? "not a value it can have:\(text)" : "expected \(expected), not\(text)\(hint)", at: key)
    }

    /// Keys without keys of their own and outside of lists, in the order of the file.
    private var leaves: [[String]] {
        func line(_ place: Place) -> Int { if case .line(let line) = place { line } else { .max } }
        return places.sorted { line($0.value) < line($1.value) }.map(\.key).filter { key in
            value.value(at: key[...])?.objectValue == nil
                && key.indices.allSatisfy { value.value(at: key[..<$0])?.objectValue != nil }
        }
    }

    private func place(of key: [String]) -> Place? {
        for length in stride(from: key.count, to: 0, by: -1) {
            if let place = places[Array(key[..<length])] { return place }
        }
        return nil
    }

    private func location(of key: [String]) -> String {
        switch place(of: key) {
        case .line(let line): "\(path):\(line)"
        case .override(let key): "--set \(key)"
        case nil: path
        }
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
}

extension CodingKey {
    /// The key, or the index of a list's element.
    fileprivate var part: String { intValue.map(String.init) ?? stringValue }
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

    /// This tree with the value at a path replaced or added; throws `ConfigTree.Fault` where the path leads through a value
    /// that has no keys, or past the end of a list.
    fileprivate func setting(_ path: ArraySlice<String>, to value: JSONValue, under prefix: [String]) throws
        -> JSONValue
    {
        guard let key = path.first else { return value }
        let name = prefix.joined(separator: ".")
        let inner = prefix + [key]
        switch self {
        case .array(var elements):
            guard let index = Int(key), elements.indices.contains(index) else {
                throw ConfigTree.Fault(
                    line: 1, message: "'\(name)' is a list of \(elements.count); name an element by its index from 0")
            }
            elements[index] = try elements[index].setting(path.dropFirst(), to: value, under: inner)
            return .array(elements)
        case .object(var members):
            if let index = members.firstIndex(where: { $0.key == key }) {
                members[index].value = try members[index].value.setting(path.dropFirst(), to: value, under: inner)
            } else {
                members.append(.init(key, try JSONValue.null.setting(path.dropFirst(), to: value, under: inner)))
            }
            return .object(members)
        case .null: return try JSONValue.object([]).setting(path, to: value, under: prefix)
        default:
            throw ConfigTree.Fault(
                line: 1, message: "unknown key '\(inner.joined(separator: "."))': '\(name)' has no keys of its own")
        }
    }

    fileprivate func value(at path: ArraySlice<String>) -> JSONValue? {
        guard let key = path.first else { return self }
        if case .array(let elements) = self {
            return Int(key).flatMap { elements.indices.contains($0) ? elements[$0] : nil }?.value(at: path.dropFirst())
        }
        return self[key]?.value(at: path.dropFirst())
    }
}
