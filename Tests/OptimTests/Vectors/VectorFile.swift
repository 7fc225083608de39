import Foundation
import JSON
import Optim
import Synchronization

/// The golden vectors: `ASSAY_VECTORS`, by default `../shared/data/vectors` beside the project.
enum VectorFile {
    static let folder: URL = {
        if let path = ProcessInfo.processInfo.environment["ASSAY_VECTORS"] { return URL(fileURLWithPath: path) }
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
        return root.deletingLastPathComponent().appendingPathComponent("shared/data/vectors")
    }()

    /// Whether it is the set that the runners were written against.
    static var isKnown: Bool { ProcessInfo.processInfo.environment["ASSAY_VECTORS"] == nil }

    static var isPresent: Bool { FileManager.default.fileExists(atPath: folder.path) }

    /// Every JSON file under the folder but the index, by path.
    static let names: [String] = (FileManager.default.enumerator(atPath: folder.path)?.allObjects ?? [])
        .compactMap { $0 as? String }.filter { $0.hasSuffix(".json") && !$0.hasSuffix("INDEX.json") }.sorted()

    static func cases(_ name: String) throws -> [VectorCase] {
        let bytes = [UInt8](try Data(contentsOf: folder.appendingPathComponent(name)))
        let document = try JSONValue(parsing: bytes)
        guard let cases = document["cases"]?.arrayValue else { throw VectorError(text: "\(name): no member \"cases\"") }
        return cases.map { VectorCase(file: document["file"]?.stringValue ?? name, json: $0) }
    }
}

/// One case: inputs and parameters in, expected values out. It knows what of it was read, so that a parameter which no
/// runner looks at, or a value that is compared with nothing, is a failure.
struct VectorCase: Sendable, CustomStringConvertible {
    let file: String
    let json: JSONValue
    private let reads = VectorReads()

    init(file: String, json: JSONValue) {
        self.file = file
        self.json = json
    }

    var id: String { json["id"]?.stringValue ?? "" }
    var kind: String { json["kind"]?.stringValue ?? "" }
    var peer: String { id.split(separator: "/").first.map(String.init) ?? "" }
    /// The id without its last part, which names the scenario.
    var family: String { id.split(separator: "/").dropLast().joined(separator: "/") }
    /// Overrides the tolerance of the case.
    var tolerance: Double?
    var atol: Double { tolerance ?? json["atol"]?.doubleValue ?? 1e-9 }
    var description: String { "\(file)/\(id)" }

    /// An expected value by its path; gradients stand beside the others in some files.
    func expected(_ path: String) -> JSONValue? {
        reads.add("expected", path)
        return json["expected"]?.at(path) ?? json.at(path)
    }
    func input(_ key: String) throws -> JSONValue {
        reads.add("inputs", key)
        guard let value = json["inputs"]?[key] else { throw VectorError(text: "\(self): no \(key)") }
        return value
    }
    func param(_ key: String) -> JSONValue? {
        reads.add("params", key)
        return json["params"]?[key]
    }
    func number(_ key: String, default value: Double) -> Double { param(key)?.doubleValue ?? value }
    func flag(_ key: String, default value: Bool) -> Bool { param(key)?.boolValue ?? value }
    func has(_ key: String) -> Bool { json["inputs"]?[key] != nil }

    /// Says that a part has no influence here, and may.
    func ignore(_ part: String, _ keys: String...) { for key in keys { reads.add(part, key) } }

    /// Parameters and expected values that nothing has read. Inputs may have no influence.
    var unread: [String] {
        ["params", "expected"].flatMap { part in
            (json[part]?.leaves() ?? []).filter { !reads.covers(part, $0) }.map {
                "\(self): nothing reads \(part) \($0)"
            }
        }
    }

    // MARK: inputs

    func numbers(_ key: String) throws -> [Double] { try input(key).numbers() }
    func matrix(_ key: String) throws -> [[Double]] { try (input(key).arrayValue ?? []).map { try $0.numbers() } }
    func integers(_ key: String) throws -> [Int] { try numbers(key).map { Int($0) } }

    /// The token layout of the mask: every row has the mask's full width.
    func layout(_ key: String = "mask") throws -> TokenLayout {
        try TokenLayout(mask_NT: matrix(key).map { $0.map { $0 != 0 } })
    }

    /// A matrix of the layout's shape, flat.
    func flat(_ key: String) throws -> [Double] { try matrix(key).flatMap { $0 } }

    func groups() throws -> GroupIndex {
        if has("group_ids") {
            return GroupIndex(ids: (try input("group_ids").arrayValue ?? []).map { $0.text })
        }
        let size = try input("group_size").intValue ?? 1
        return GroupIndex(
            count: try (has("rewards") ? input("rewards") : input("rewards_per_func")).arrayValue?.count ?? 0,
            size: size)
    }

    // MARK: comparison

    /// The places where `actual` deviates from what is expected under `path`, looking only where `mask` is true.
    func differences(_ path: String, _ actual: [Double?], mask: [Bool]? = nil) throws -> [String] {
        guard let wanted = expected(path)?.flatNumbers() else {
            return ["\(self): expected has no \(path)"]
        }
        guard wanted.count == actual.count else {
            return ["\(self) \(path): \(actual.count) values, expected \(wanted.count)"]
        }
        var found: [String] = []
        for index in wanted.indices where mask?[index] ?? true {
            if matches(actual[index], wanted[index]) { continue }
            let (got, want) = (actual[index].map { "\($0)" } ?? "null", wanted[index].map { "\($0)" } ?? "null")
            found.append("\(self) \(path)[\(index)]: \(got), expected \(want)")
        }
        return found
    }

    func difference(_ path: String, _ actual: Double?) throws -> [String] { try differences(path, [actual]) }

    func matches(_ actual: Double?, _ wanted: Double?) -> Bool {
        guard let wanted, let actual else { return (wanted == nil) == (actual == nil) }
        if wanted.isNaN || actual.isNaN { return wanted.isNaN && actual.isNaN }
        if wanted.isInfinite || actual.isInfinite { return wanted == actual }
        return abs(actual - wanted) <= atol + 1e-9 * abs(wanted)
    }
}

/// What was read of one case.
private final class VectorReads: Sendable {
    private let paths = Mutex<Set<String>>([])
    func add(_ part: String, _ path: String) { paths.withLock { _ = $0.insert("\(part) \(path)") } }
    /// Whether the path or one that leads to it was read.
    func covers(_ part: String, _ path: String) -> Bool {
        paths.withLock { paths in
            paths.contains("\(part) \(path)")
                || path.indices.contains { path[$0] == "." && paths.contains("\(part) \(path[..<$0])") }
        }
    }
}

/// A case that the runner cannot run: a failure whatever the case expects.
struct VectorError: Error, CustomStringConvertible {
    let text: String
    var description: String { text }
}

extension JSONValue {
    /// A number, or one of the strings "nan", "inf", "-inf"; nil for null.
    var anyNumber: Double? {
        switch self {
        case .bool(let flag): flag ? 1 : 0
        case .string("nan"): .nan
        case .string("inf"): .infinity
        case .string("-inf"): -.infinity
        default: doubleValue
        }
    }

    func numbers() throws -> [Double] {
        try (arrayValue ?? []).map { value in
            guard let number = value.anyNumber else { throw VectorError(text: "not a number: \(value.text)") }
            return number
        }
    }

    func flatNumbers() -> [Double?] { arrayValue.map { $0.flatMap { $0.flatNumbers() } } ?? [anyNumber] }

    /// The paths of all members that are no objects.
    func leaves() -> [String] {
        (objectValue ?? []).flatMap { member in
            if case .object = member.value {
                return member.value.leaves().map { "\(member.key).\($0)" }
            }
            return [member.key]
        }
    }

    /// A member by a path of keys separated by '.'; keys themselves may hold '/'.
    func at(_ path: String) -> JSONValue? {
        if let value = self[path] { return value }
        let parts = path.split(separator: ".", maxSplits: 1).map(String.init)
        guard parts.count == 2 else { return nil }
        return self[parts[0]]?.at(parts[1])
    }
}
