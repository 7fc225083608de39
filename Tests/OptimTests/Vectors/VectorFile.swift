import Foundation
import JSON
import Optim

/// The golden vectors: `ASSAY_VECTORS`, by default `../shared/data/vectors` beside the project.
enum VectorFile {
    static let folder: URL = {
        if let path = ProcessInfo.processInfo.environment["ASSAY_VECTORS"] { return URL(fileURLWithPath: path) }
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
        return root.deletingLastPathComponent().appendingPathComponent("shared/data/vectors")
    }()

    static var isPresent: Bool { FileManager.default.fileExists(atPath: folder.path) }

    /// The cases of every file in the folder but the index.
    static func cases() throws -> [VectorCase] {
        try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
            .filter { $0.hasSuffix(".json") && $0 != "INDEX.json" }
            .flatMap { name in
                let bytes = [UInt8](try Data(contentsOf: folder.appendingPathComponent(name)))
                let cases = try JSONValue(parsing: bytes)["cases"]?.arrayValue ?? []
                return cases.map { VectorCase(file: String(name.dropLast(5)), json: $0) }
            }
    }
}

/// One case: inputs and parameters in, expected values out.
struct VectorCase: Sendable, CustomStringConvertible {
    let file: String
    let json: JSONValue

    var id: String { json["id"]?.stringValue ?? "" }
    var kind: String { json["kind"]?.stringValue ?? "" }
    var peer: String { id.split(separator: "/").first.map(String.init) ?? "" }
    /// The id without its last part, which names the scenario.
    var family: String { id.split(separator: "/").dropLast().joined(separator: "/") }
    /// Overrides the tolerance of the case.
    var tolerance: Double?
    var atol: Double { tolerance ?? json["atol"]?.doubleValue ?? 1e-9 }
    var expected: JSONValue { json["expected"] ?? .object([]) }
    var description: String { "\(file)/\(id)" }

    func input(_ key: String) throws -> JSONValue { try Self.member(json["inputs"], key, of: self) }
    func param(_ key: String) -> JSONValue? { json["params"]?[key] }
    func number(_ key: String, default value: Double) -> Double { param(key)?.doubleValue ?? value }
    func flag(_ key: String, default value: Bool) -> Bool { param(key)?.boolValue ?? value }
    func has(_ key: String) -> Bool { json["inputs"]?[key] != nil }

    private static func member(_ object: JSONValue?, _ key: String, of owner: VectorCase) throws -> JSONValue {
        guard let value = object?[key] else { throw VectorError(text: "\(owner): no \(key)") }
        return value
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
        guard let wanted = (expected.at(path) ?? json.at(path))?.flatNumbers() else {
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

    /// A member by a path of keys separated by '.'; keys themselves may hold '/'.
    func at(_ path: String) -> JSONValue? {
        if let value = self[path] { return value }
        let parts = path.split(separator: ".", maxSplits: 1).map(String.init)
        guard parts.count == 2 else { return nil }
        return self[parts[0]]?.at(parts[1])
    }
}
