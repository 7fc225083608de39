import Datasets
import Experience
import Foundation
import JSON
import Verifiers

/// JSON rows as `assay verify` reads them: the cursor, the row, the mapping of fields; one in fifty as a file.
final class RowTarget: FuzzTarget {
    private let seeds: [FuzzInput]
    private let mutator: Mutator
    private let path: String
    private let verification: RowVerification

    init(_ context: FuzzContext) {
        seeds = context.corpus["rows"] + context.corpus.all("verifier ").map(Self.asRow)
        mutator = Mutator(seeds)
        path = context.folder + "/rows.jsonl"
        verification = RowVerification(verifier: ExactVerifier(), mapping: RowMapping(), jobs: 2)
    }

    /// The item of a verifier's seed, as the row that would hold it.
    private static func asRow(_ seed: FuzzInput) -> FuzzInput {
        var members = seed["fields"].flatMap { try? JSONValue(parsing: $0).objectValue } ?? []
        members += ["response", "answer"].compactMap { name in seed.text(name).map { .init(name, .string($0)) } }
        return FuzzInput([.init("row", JSONValue.object(members).bytes)])
    }

    func input(at place: FuzzPlace) -> FuzzInput {
        if place.index < seeds.count { return seeds[Int(place.index)] }
        var random = place.random("rows")
        let row =
            seeds.isEmpty || random.oneIn(8)
            ? JSONValue.object([.init("response", mutator.value(&random)), .init("answer", mutator.value(&random))])
                .bytes
            : random.pick(seeds)["row"] ?? []
        var input = FuzzInput([.init("row", mutator.changedPart(row, &random))])
        if random.oneIn(50) { input.add("file", "1") }
        return input
    }

    func run(_ input: FuzzInput) async throws {
        let bytes = input["row"] ?? []
        if input["file"] != nil {
            try Data(bytes).write(to: URL(fileURLWithPath: path))
            _ = try? await verification.run(from: RowReader(path: path), to: nil) { _ in }
        }
        let value = try? JSONValue(parsing: bytes)
        guard let row = try? JSONRow(checking: bytes) else { return }
        guard let value else { throw FuzzFailure("a row that is no JSON") }
        guard row.keys == value.objectValue?.map(\.key) ?? [] else { throw FuzzFailure("keys of row and tree differ") }
        _ = row.strings(row.keys + ["answer"])
        for key in row.keys.prefix(20) { _ = row[key]?.intValue ?? Int(row[key]?.doubleValue ?? 0 > 0 ? 1 : 0) }
        if let written = try? JSONValue(parsing: value.bytes), written != value {
            throw FuzzFailure("what was written reads back as another value")
        }
        var output = JSONWriter()
        output.row(row, setting: "verdict") { $0.int(1) }
        guard (try? JSONRow(checking: output.bytes))?["verdict"]?.intValue == 1 else {
            throw FuzzFailure("a member cannot be set: \(String(decoding: output.bytes, as: UTF8.self))")
        }
        guard let mapping = try? RowMapping().resolved(by: row, needsAnswer: true, path: "f", line: 1) else { return }
        _ = try? verification.item(from: row, mapping: mapping, path: "f", line: 1)
    }
}
