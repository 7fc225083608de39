import JSON
import Yams

/// A YAML text as a tree, with the line of every key and list element.
///
/// One document of mappings, lists and scalars. Aliases and merge keys are followed; tags of other kinds, keys that are no
/// text and numbers that JSON cannot hold are refused. Size, depth and the number of nodes are bounded, so that aliases
/// of aliases cannot grow without end.
struct ConfigTree {
    static let maxBytes = 1 << 20
    static let maxDepth = 64
    private static let maxNodes = 20_000
    private static let manyAliases = 16

    /// Why a text cannot be used, and where in it.
    struct Fault: Error {
        var line: Int
        var message: String
    }

    /// The document; an empty object for an empty text.
    private(set) var value: JSONValue = .object([])
    /// 1-based lines by path; list elements are named by their index from 0.
    private(set) var lines: [[String]: Int] = [:]
    private var nodes = 0

    /// Parses one document; throws `Fault`.
    init(yaml: String) throws {
        if yaml.utf8.count > Self.maxBytes {
            throw Fault(line: 1, message: "larger than \(Self.maxBytes) bytes; a configuration is not")
        }
        if Self.hasGrowingKeys(yaml) {
            throw Fault(
                line: 1, message: "keys that are lists or mappings beside \(Self.manyAliases) aliases are not read")
        }
        let root: Node?
        do {
            root = try Self.root(of: yaml)
        } catch let error as YamlError {
            throw Fault(error, in: yaml)
        }
        if let root { value = try read(root, at: [], depth: 0) }
    }

    private static let manyDashes = 16

    /// A path may be `-`, standard input. Alone after a key it is no YAML, and nothing else can be meant by it.
    private static func root(of yaml: String) throws -> Node? {
        var text = yaml
        for _ in 0..<manyDashes {
            do {
                return try Parser(yaml: text, encoding: .utf8).singleRoot()
            } catch let error as YamlError {
                var lines = text.split(omittingEmptySubsequences: false) { $0 == "\n" || $0 == "\r\n" }
                guard case .scanner(_, _, let mark, _) = error, lines.indices.contains(mark.line - 1),
                    let match = lines[mark.line - 1].wholeMatch(of: #/([ \-]*[\w.]+:[ \t]+)-([ \t]*(?:#.*)?)/#)
                else { throw error }
                lines[mark.line - 1] = "\(match.1)'-'\(match.2)"
                text = lines.joined(separator: "\n")
            }
        }
        return try Parser(yaml: text, encoding: .utf8).singleRoot()
    }

    /// The parser compares keys by all that is in them: with a key of aliases of aliases it would not come to an end.
    private static func hasGrowingKeys(_ yaml: String) -> Bool {
        guard yaml.utf8.count(where: { $0 == UInt8(ascii: "*") }) >= manyAliases else { return false }
        return yaml.contains(#/(?m)^[\s\-]*\?\s|[\s\[{,]\*[^\s,\[\]{}]+\s*:\s|[\]}]\s*:(?:\s|$)/#)
    }

    private mutating func read(_ node: Node, at path: [String], depth: Int) throws -> JSONValue {
        let line = node.mark?.line ?? 1
        nodes += 1
        if nodes > Self.maxNodes {
            throw Fault(line: line, message: "more than \(Self.maxNodes) values once its aliases are followed")
        }
        if depth > Self.maxDepth { throw Fault(line: line, message: "nested deeper than \(Self.maxDepth) levels") }
        switch node {
        case .mapping(let mapping):
            try checkTag(node, ["map"], line)
            return .object(try members(of: mapping, at: path, depth: depth))
        case .sequence(let sequence):
            try checkTag(node, ["seq"], line)
            return .array(
                try sequence.enumerated().map { index, element in
                    let path = path + [String(index)]
                    lines[path] = element.mark?.line ?? line
                    return try read(element, at: path, depth: depth + 1)
                })
        case .scalar(let scalar): return try ConfigScalar(scalar, line: line).value
        case .alias: throw Fault(line: line, message: "an alias of something that is not defined before")
        }
    }

    /// Members in the order of the file; those of merged mappings follow where the mapping has no key of that name.
    private mutating func members(
        of mapping: Node.Mapping, at path: [String], depth: Int
    ) throws -> [JSONValue.Member] {
        var members: [JSONValue.Member] = []
        var merged: [JSONValue.Member] = []
        var names: Set<String> = []
        for (key, value) in mapping {
            let line = key.mark?.line ?? mapping.mark?.line ?? 1
            guard case .scalar(let scalar) = key else {
                throw Fault(line: line, message: "a key must be text, not a list or a mapping")
            }
            if key.tag.rawValue.hasSuffix(":merge") {
                merged += try mergedMembers(value, at: path, depth: depth, line: line)
                continue
            }
            let name = scalar.string
            guard names.insert(name).inserted else {
                throw Fault(line: line, message: "the key '\((path + [name]).joined(separator: "."))' stands twice")
            }
            lines[path + [name]] = line
            members.append(.init(name, try read(value, at: path + [name], depth: depth + 1)))
        }
        return members + merged.filter { names.insert($0.key).inserted }
    }

    /// What `<<` brings: a mapping, or a list of them of which earlier ones win.
    private mutating func mergedMembers(
        _ node: Node, at path: [String], depth: Int, line: Int
    ) throws -> [JSONValue.Member] {
        // Keys of the mapping itself keep their own lines.
        let own = lines
        defer { lines.merge(own) { $1 } }
        switch node {
        case .mapping: return try read(node, at: path, depth: depth + 1).objectValue ?? []
        case .sequence(let list) where list.allSatisfy({ $0.mapping != nil }):
            return try list.reversed().flatMap { try read($0, at: path, depth: depth + 1).objectValue ?? [] }
                .reduce(into: []) { members, member in
                    members.removeAll { $0.key == member.key }
                    members.append(member)
                }
        default: throw Fault(line: line, message: "'<<' merges a mapping, or a list of mappings")
        }
    }

    private func checkTag(_ node: Node, _ known: [String], _ line: Int) throws {
        let tag = node.tag.rawValue
        if known.contains(where: { tag == "tag:yaml.org,2002:" + $0 }) { return }
        throw Fault(line: line, message: ConfigScalar.refusal(ofTag: tag))
    }
}

extension ConfigTree.Fault {
    /// What the parser says, without its picture of the text.
    fileprivate init(_ error: YamlError, in yaml: String) {
        switch error {
        case .scanner(let context, let problem, let mark, _), .parser(let context, let problem, let mark, _),
            .composer(let context, let problem, let mark, _):
            line = mark.line
            message = "not valid YAML: " + ([problem] + (context.map { [$0.text] } ?? [])).joined(separator: " ")
            let text = yaml.split(separator: "\n", omittingEmptySubsequences: false).dropFirst(mark.line - 1).first
            if text?.drop(while: { $0 == " " }).first == "\t" { message += "; indent with spaces, not with tabs" }
        case .reader(let problem, let offset, _, _):
            line = 1 + yaml.prefix(offset ?? 0).count(where: \.isNewline)
            message = "not valid YAML: \(problem)"
        case .duplicatedKeysInMapping(let duplicates, let context):
            line = context.mark.line
            let names = duplicates.sorted().map { "'\($0)'" }.joined(separator: ", ")
            message = "not valid YAML: duplicated key(s): \(names); each stands once in its section"
        default:
            line = 1
            message = "not valid YAML: \("\(error)".split(separator: "\n").first ?? "no reason was given")"
        }
    }
}
