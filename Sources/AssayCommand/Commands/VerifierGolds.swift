import ArgumentParser
import Datasets
import Experience
import JSON
import Reports
import Verifiers

/// `assay verifier golds`: golds that nothing could be judged by, before a run is spent.
struct VerifierGolds: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "golds",
        abstract: "List the golds of a file that a verifier cannot judge by.",
        discussion: """
            Rows are those of 'assay verify'; they need no response. An answer that is a list of texts is several golds. A gold \
            is listed with its line, id, what is wrong and its kind: \(Self.kinds). The last is a gold whose own text, given \
            as the answer, is not judged correct. Completions of such problems have no score.

            Exit code 0 when all golds can be judged by, 1 when some cannot, 2 for bad usage or input.

            EXAMPLE
              assay verifier golds problems.jsonl
              assay verifier golds problems.jsonl --verifier code
              zcat problems.jsonl.gz | assay verifier golds - --answer-field solution --json
            """)

    private static let kinds =
        GoldFault.Kind.allCases.filter { $0 != .notEqualToItself }.map(\.rawValue)
        .joined(separator: ", ") + ", " + GoldFault.Kind.notEqualToItself.rawValue

    @Argument(
        help:
            "Rows with gold answers, in any form that 'assay dataset' reads, or with the tests of 'code'; - is standard input."
    )
    var rows: String

    @OptionGroup var verifierChoice: VerifierChoice

    @Option(
        help:
            "Field with the gold answer, a.b for one inside (default: by the rows' layout, else the first of \(RowMapping.answerNames.joined(separator: ", ")))."
    )
    var answerField: String?

    @Option(help: "Field with the row's id (default: id, else the line number).")
    var idField: String?

    @OptionGroup var common: CommonOptions

    private static let chunk = 1024

    func run() async throws {
        let verifier = try verifierChoice.make()
        let check: GoldCheck
        do {
            check = try await self.check(by: verifier)
        } catch {
            await verifier.shutdown()
            throw error
        }
        await verifier.shutdown()
        if !check.byKind.isEmpty { throw ExitCode(1) }
    }

    private func check(by verifier: any Verifier) async throws -> GoldCheck {
        let reader = try RowReader(path: rows)
        let mapping = RowMapping(answer: answerField, id: idField)
        var problems = RowProblems(mapping: mapping, needsAnswer: verifier.needsAnswer)
        var check = GoldCheck(verifier)
        var listing = GoldListing(path: rows, verifier: verifier, isJSON: common.json)
        var progress = Progress(unit: "rows", isQuiet: common.quiet)
        while case let lines = try await reader.next(maxLines: Self.chunk), !lines.isEmpty {
            let first = check.checked
            for finding in await check.add(try problems.read(lines)) {
                listing.add(finding, at: lines[finding.index - first])
            }
            try Task.checkCancellation()
            Interruption.step()
            progress.show(check.checked)
        }
        progress.finish()
        if check.checked == 0 { throw BadInput("\(rows): no rows") }
        listing.finish(check)
        return check
    }
}

/// Findings as they come, on stdout: lines and a table, or one JSON object.
private struct GoldListing {
    let path: String
    let verifier: any Verifier
    let isJSON: Bool
    private var count = 0

    init(path: String, verifier: any Verifier, isJSON: Bool) {
        (self.path, self.verifier, self.isJSON) = (path, verifier, isJSON)
    }

    mutating func add(_ finding: GoldCheck.Finding, at row: LineReader.Line) {
        let (path, line) = (row.path, row.number)
        count += 1
        let fault = finding.fault
        guard isJSON else {
            let gold = finding.gold.map { "'\(Self.oneLine($0))'" } ?? "absent"
            return Terminal.output(
                "\(path):\(line): id '\(Self.oneLine(finding.id))', gold \(gold): \(fault.kind.rawValue): "
                    + Self.oneLine(fault.reason))
        }
        let json: JSONValue = [
            "file": .string(path), "line": .int(line), "id": .string(finding.id),
            "gold": finding.gold.map(JSONValue.string) ?? .null, "kind": .string(fault.kind.rawValue),
            "reason": .string(fault.reason),
        ]
        Terminal.output((count == 1 ? "{\"findings\":[\n" : ",\n") + json.text)
    }

    func finish(_ check: GoldCheck) {
        let kinds = check.byKind.sorted { ($1.value, $0.key.rawValue) < ($0.value, $1.key.rawValue) }
        if isJSON {
            let totals: JSONValue = [
                "file": .string(path), "verifier": .string(verifier.name), "version": .string(verifier.version),
                "rows": .int(check.checked), "golds": .int(check.golds), "unreadable": .int(count),
                "kinds": .object(kinds.map { .init($0.key.rawValue, .int($0.value)) }),
            ]
            return Terminal.output((count == 0 ? "{\"findings\":[" : "") + "]," + totals.text.dropFirst())
        }
        if count > 0 {
            var table = TextTable(["kind", "golds"])
            for (kind, count) in kinds { table.add([kind.rawValue, "\(count)"]) }
            Terminal.output("")
            for line in table.lines(width: Terminal.width(of: .output)) { Terminal.output(line) }
        }
        let all = "\(check.golds) golds in \(check.checked) rows of \(path)"
        let found = count == 0 ? "can all be judged by" : "hold \(count) that cannot be judged by"
        Terminal.output("\(all) \(found), with '\(verifier.name)'")
    }

    private static func oneLine(_ text: String) -> String { text.replacing("\n", with: "⏎") }
}
