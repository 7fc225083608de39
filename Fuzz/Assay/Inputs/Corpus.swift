import Foundation
import JSON

/// The seeds: rows of `FuzzInput`'s form in every `.jsonl` file of a folder.
struct Corpus {
    private var inputs: [String: [FuzzInput]] = [:]

    /// A cold start: generators and boundary values alone.
    init() {}

    init(folder: String) throws {
        for name in try FileManager.default.contentsOfDirectory(atPath: folder).sorted() where name.hasSuffix(".jsonl")
        {
            let path = "\(folder)/\(name)"
            for (row, target) in try Self.rows(path) { inputs[target, default: []].append(FuzzInput(row)) }
        }
    }

    /// The rows of a file, each with its target.
    static func rows(_ path: String) throws -> [(row: JSONValue, target: String)] {
        guard let contents = FileManager.default.contents(atPath: path) else {
            throw FuzzFailure("\(path): cannot be read")
        }
        return try contents.split(separator: UInt8(ascii: "\n")).enumerated().map { index, line in
            do {
                let row = try JSONValue(parsing: line)
                guard let target = row["target"]?.stringValue else { throw JSONError("no 'target'", at: 0) }
                return (row, target)
            } catch {
                throw FuzzFailure("\(path):\(index + 1): \(error)")
            }
        }
    }

    /// The seeds of a target.
    subscript(target: String) -> [FuzzInput] { inputs[target] ?? [] }

    /// The seeds of all targets that begin with `prefix`.
    func all(_ prefix: String) -> [FuzzInput] {
        inputs.filter { $0.key.hasPrefix(prefix) }.sorted { $0.key < $1.key }.flatMap(\.value)
    }
}
