import ArgumentParser
import Experience
import Foundation
import JSON
import Verifiers

/// `assay merge`: the outputs of `verify --shard` become the file that one run would have written.
struct Merge: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Put the outputs of 'verify --shard' together, in the input's order.",
        discussion: """
            Nothing is written unless every shard is there once, finished, of one input and one verifier.

            EXAMPLE
              for i in 1 2 3 4; do assay verify a.jsonl --shard $i/4 -o part$i.jsonl; done
              assay merge part*.jsonl -o scored.jsonl
            """)

    @Argument(help: "Outputs of all shards, in any order.")
    var parts: [String]

    @Option(name: .shortAndLong, help: "File for all rows.")
    var output: String

    @OptionGroup var replacing: ForceFlag
    @OptionGroup var common: CommonOptions

    func validate() throws {
        if output == "-" { try IdleFlags.refuse(["--force": replacing.force], "without -o FILE") }
    }

    func run() async throws {
        let file = try OutputFile(
            output, kind: .verdicts, inputs: parts + parts.map(ShardManifest.path), force: replacing.force)
        let shards = try checked(try parts.map { ($0, try manifest(of: $0)) })
        var seen: [FileIdentity?: String] = [:]
        for (path, _) in shards {
            if let other = seen.updateValue(path, forKey: FileIdentity(of: path)) {
                throw BadInput("\(other) and \(path) are one file; name each shard's own")
            }
        }
        let rows = shards[0].manifest.inputRows
        let readers = try shards.map { try LineReader(path: $0.path, shard: .whole) }
        let writer = try LineWriter(file)
        var pages = [ArraySlice<LineReader.Line>](repeating: [], count: readers.count)
        var bytes: [UInt8] = []
        for row in 0..<rows {
            let shard = row % readers.count
            if pages[shard].isEmpty { pages[shard] = try await readers[shard].next(maxLines: 512)[...] }
            guard let line = pages[shard].popFirst(), line.isTerminated else {
                throw BadInput("\(shards[shard].path): ends before row \(row + 1) of the input; run that shard again")
            }
            bytes += line.bytes
            bytes.append(0x0A)
            if bytes.count > 1 << 20 {
                try await writer.write(bytes)
                bytes.removeAll(keepingCapacity: true)
            }
        }
        for (shard, reader) in readers.enumerated() {
            if pages[shard].isEmpty { pages[shard] = try await reader.next(maxLines: 1)[...] }
            if let line = pages[shard].first {
                throw BadInput("\(shards[shard].path):\(line.number): more rows than the shard has")
            }
            guard await reader.hash == shards[shard].manifest.outputHash else {
                throw BadInput(
                    "\(shards[shard].path): rows were changed since the shard was finished; run that shard again")
            }
        }
        try await writer.write(bytes)
        try await writer.finish()
        if file.isStandardOutput { return }
        common.say(
            json: ["rows": .int(rows), "shards": .int(readers.count), "output": .string(output)],
            text: "\(rows) rows of \(readers.count) shards in \(output)")
    }

    private func manifest(of part: String) throws -> ShardManifest {
        let path = ShardManifest.path(of: part)
        guard let bytes = FileManager.default.contents(atPath: path) else {
            throw BadInput("\(part): not finished, or not a shard: there is no \(path); run that shard again")
        }
        guard let json = try? JSONValue(parsing: bytes), let manifest = ShardManifest(json) else {
            throw BadInput("\(path): not what 'verify --shard' of this version writes; run that shard again")
        }
        return manifest
    }

    /// The shards in order; throws when they are not exactly all of one run.
    private func checked(
        _ found: [(path: String, manifest: ShardManifest)]
    ) throws -> [(path: String, manifest: ShardManifest)] {
        let shards = found.sorted { $0.manifest.shard.number < $1.manifest.shard.number }
        guard let first = shards.first else { throw BadInput("name the outputs of the shards") }
        for (previous, next) in zip(shards, shards.dropFirst()) {
            guard let identity = VerifierIdentity(manifest: next.manifest.verifier),
                identity == VerifierIdentity(manifest: first.manifest.verifier)
            else { throw BadInput("\(next.path) and \(first.path) are of different verifiers, versions or options") }
            let isSameInput =
                next.manifest.inputRows == first.manifest.inputRows
                && next.manifest.inputHash == first.manifest.inputHash
                && next.manifest.shard.count == first.manifest.shard.count
            guard isSameInput else {
                throw BadInput("\(next.path) and \(first.path) are of different inputs or numbers of shards")
            }
            if previous.manifest.shard == next.manifest.shard {
                throw BadInput("\(previous.path) and \(next.path) are both shard \(next.manifest.shard.number)")
            }
        }
        let count = first.manifest.shard.count
        let missing = Set(1...count).subtracting(shards.map(\.manifest.shard.number)).sorted()
        if !missing.isEmpty {
            throw BadInput("missing of \(count) shards: \(missing.map(String.init).joined(separator: ", "))")
        }
        return shards
    }
}
