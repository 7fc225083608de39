import ArgumentParser
import Datasets
import Experience
import Foundation
import JSON
import Verifiers

/// `assay worker`: a verifier behind a pipe, for pools that others run (Ray actors, a scheduler's tasks).
struct Worker: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Verify batches of rows that come on standard input, until it ends.",
        discussion: """
            A batch is a line {"rows": N} and then N JSONL rows, none of them blank. The answer is a line \
            {"rows": N, "bytes": B} and then the N rows with "verdict", in order, B bytes long; or {"error": "…"} alone \
            when a row cannot be used, after which the next batch is read. A batch is answered whole before the next is \
            read, so what was not answered when a worker is lost can be sent to another.

            EXAMPLE
              printf '{"rows":1}\\n{"response":"so 42","answer":"42"}\\n' | assay worker --stdio --verifier math
            """)

    @Flag(help: "Speak on standard input and output; the only way there is.")
    var stdio = false

    @OptionGroup var verifierChoice: VerifierChoice

    @Option(help: "Parts of a batch verified at the same time.")
    var jobs = 1

    func validate() throws {
        if !stdio { throw ValidationError("Say --stdio.") }
        if !RowVerification.jobCounts.contains(jobs) {
            throw ValidationError("--jobs must be between 1 and \(RowVerification.jobCounts.upperBound).")
        }
    }

    func run() async throws {
        let verifier = try verifierChoice.make()
        do {
            try await serve(verifier)
        } catch {
            await verifier.shutdown()
            throw error
        }
        await verifier.shutdown()
    }

    private func serve(_ verifier: any Verifier) async throws {
        let reader = try LineReader(path: "-", called: StandardStream.input.name)
        let writer = try LineWriter.standardOutput()
        let verification = RowVerification(verifier: verifier, mapping: RowMapping(), jobs: jobs)
        while let header = try await reader.next(maxLines: 1).first {
            guard let count = (try? JSONValue(parsing: header.bytes))?["rows"]?.intValue,
                (0...1_000_000).contains(count)
            else {
                throw BadInput(#"standard input:\#(header.number): expected {"rows": N} with N up to 1000000"#)
            }
            var lines: [LineReader.Line] = []
            while lines.count < count {
                let more = try await reader.next(maxLines: count - lines.count)
                if more.isEmpty { throw BadInput("standard input: ended after \(lines.count) of \(count) rows") }
                lines += more
            }
            do {
                let output = try await verification.verify(lines)
                let header: JSONValue = ["rows": .int(count), "bytes": .int(output.count)]
                try await writer.write(header.bytes + [0x0A] + output)
            } catch let error as DatasetError {
                let reply = JSONValue.object([.init("error", .string("\(error)"))])
                try await writer.write(reply.bytes + [0x0A])
            }
        }
    }
}
