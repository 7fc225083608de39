import ArgumentParser
import Datasets
import Experience
import JSON
import Reports
import Verifiers

/// `assay verifier check`: the contract tests.
struct VerifierCheck: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Test whether a verifier keeps the contract.",
        discussion: """
            Determinism, order independence, batches, huge and hostile input, recovery after it, time and throughput. \
            Without --rows the built-in problems are used, which suit verifiers that compare with an answer.

            EXAMPLE
              assay verifier check math
              assay verifier check command --option 'command=["python3","mine.py"]' --rows mine.cases.jsonl
            """)

    @OptionGroup var argument: VerifierArgument

    @Option(help: "JSONL rows to judge; at most the first 1000 are used.")
    var rows: String?

    @Option(help: "Longest acceptable time for one item, in seconds.")
    var limit = 60.0

    @OptionGroup var common: CommonOptions

    func validate() throws {
        if !(limit > 0 && limit <= 86_400) {
            throw ValidationError("--limit must be above 0 and at most 86400 seconds.")
        }
    }

    func run() async throws {
        try await argument.use { verifier in
            let items = try await items(for: verifier)
            let check = await ContractCheck(verifier, items: items, limit: limit)
            try Task.checkCancellation()
            if common.json {
                Terminal.output(
                    JSONValue.array(
                        check.results.map {
                            [
                                "name": .string($0.name), "holds": $0.holds.map(JSONValue.bool) ?? .null,
                                "detail": .string($0.detail),
                            ]
                        }
                    ).text)
            } else {
                var table = TextTable(["contract", "holds"])
                for result in check.results {
                    table.add([result.name, result.holds.map { $0 ? "yes" : "NO" } ?? "untested"])
                }
                for (line, detail) in zip(table.lines(), [""] + check.results.map(\.detail)) {
                    Terminal.output(detail.isEmpty ? line : "\(line)  \(detail)")
                }
            }
            if check.results.contains(where: { $0.holds == false }) { throw ExitCode(1) }
        }
    }

    private func items(for verifier: any Verifier) async throws -> [VerificationItem] {
        guard let rows else { return SeedProblem.samples }
        var items: [VerificationItem] = []
        try await RowVerification(verifier: verifier, mapping: RowMapping(), jobs: 1)
            .run(from: try RowReader(path: rows), to: nil) { items += $0.map(\.item) }
        if items.isEmpty { throw BadInput("\(rows): no rows") }
        return Array(items.prefix(1000))
    }
}
