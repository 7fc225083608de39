import Datasets
import Experience
import Foundation
import JSON
import Verifiers

/// Going on from the output of a run that was interrupted.
extension Verify {
    /// Opens the output; with --resume, past the rows that are complete in its part and the input rows they came from. nil
    /// when it is whole already.
    func open(
        _ path: String, resuming reader: RowReader, of identity: VerifierIdentity, inputs: [String],
        kept: (LineReader.Line, Verdict) throws -> Void
    ) async throws -> LineWriter? {
        let force = replacing.force
        let file = try OutputFile(resumable: path, inputs: inputs, force: force, resumes: resume && !force)
        guard let part = file.part else {
            if resume || shard != nil { throw BadInput("\(path): --resume and --shard need a file") }
            return try LineWriter(file)
        }
        let isBegun = FileManager.default.fileExists(atPath: part)
        if force || (!isBegun && !file.isThere) { return try LineWriter(file, keeping: 0) }
        guard resume else {
            throw BadInput("\(part) holds rows of an interrupted run; go on with --resume or start anew with --force")
        }
        let (keeping, isWhole) = try await completeBytes(
            of: isBegun ? part : path, from: reader, judgedBy: identity, kept: kept)
        if isBegun { return try LineWriter(file, keeping: keeping) }
        if isWhole {
            if !common.quiet { Terminal.line("\(path) is whole already; nothing is judged anew") }
            return nil
        }
        // Earlier versions wrote to the output itself, which may so be cut off.
        try file.becomePart()
        return try LineWriter(file, keeping: keeping)
    }

    /// The length of an output's complete rows, each checked to be of the next row of the input and judged as this command
    /// judges, and whether they are all.
    private func completeBytes(
        of path: String, from reader: RowReader, judgedBy identity: VerifierIdentity,
        kept: (LineReader.Line, Verdict) throws -> Void
    ) async throws -> (keeping: Int, isWhole: Bool) {
        let old = try LineReader(path: path)
        var keeping = 0
        while let line = try await old.next(maxLines: 1).first {
            guard let source = try await reader.peek() else {
                throw BadInput("\(path) has more rows than \(reader.path); it is not its output")
            }
            guard Self.isOutput(line, of: source) else {
                throw BadInput(
                    "\(path):\(line.number): not the row of \(source.path):\(source.number); it is not its output")
            }
            if !line.isTerminated { return (keeping, false) }
            try kept(source, Self.verdict(in: line, of: path, judgedBy: identity))
            _ = try await reader.next(maxLines: 1)
            keeping = line.offset + line.bytes.count + 1
        }
        return (keeping, try await reader.peek() == nil)
    }

    /// The verdict of a row. Throws `BadInput` for one that this command would not have written: of another verifier, version or
    /// options.
    private static func verdict(
        in line: LineReader.Line, of path: String, judgedBy identity: VerifierIdentity
    ) throws -> Verdict {
        let json = try? JSONRow(checking: line.bytes)["verdict"]
        guard let found = json.flatMap(VerifierIdentity.init(verdict:)), let verdict = json.flatMap({ Verdict($0) })
        else {
            throw BadInput("\(path):\(line.number): a row without a verifier's verdict; start anew with --force")
        }
        guard found == identity else {
            throw BadInput(
                "\(path):\(line.number): judged by \(found), and this command judges by \(identity); go on with the same "
                    + "verifier and options, or start anew with --force")
        }
        return verdict
    }

    /// Whether a row, or the beginning of one, is a row of the input with its verdict.
    private static func isOutput(_ line: LineReader.Line, of source: LineReader.Line) -> Bool {
        if line.bytes.starts(with: source.bytes.dropLast()) { return true }
        let bare = try? JSONRow(checking: source.bytes).removing("verdict")
        if line.isTerminated { return (try? JSONRow(checking: line.bytes).removing("verdict")) == bare }
        return [source.bytes, bare?.bytes ?? source.bytes].contains {
            $0.dropLast().starts(with: line.bytes) || line.bytes.starts(with: $0.dropLast())
        }
    }
}
