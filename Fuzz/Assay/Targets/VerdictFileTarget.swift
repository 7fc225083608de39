import ArgumentParser
import AssayCommand
import Foundation
import JSON

/// Files of rows with verdicts, through the commands that read them: `report` and `compare`.
final class VerdictFileTarget: FuzzTarget {
    private let seeds: [FuzzInput]
    private let mutator: Mutator
    private let path: String

    init(_ context: FuzzContext) {
        seeds = context.corpus["verdict rows"]
        mutator = Mutator(seeds)
        path = context.folder + "/scored.jsonl"
    }

    func input(at place: FuzzPlace) -> FuzzInput {
        if place.index < seeds.count { return seeds[Int(place.index)] }
        var random = place.random("verdict rows")
        let rows = seeds.flatMap(\.parts).filter { $0.name == "row" }.map(\.bytes)
        var input = FuzzInput()
        for _ in 0...random.below(8) {
            let row = rows.isEmpty ? Self.row(&random) : random.pick(rows)
            input.parts.append(.init("row", random.oneIn(3) ? row : mutator.changedPart(row, &random)))
        }
        input.add("command", random.pick(["json", "csv", "html", "table", "compare"]))
        return input
    }

    private static func row(_ random: inout FuzzRandom) -> [UInt8] {
        let outcome = random.pick(["correct", "incorrect", "noAnswer", "timeout", "verifierError"])
        let score = ["timeout", "verifierError"].contains(outcome) ? "null" : random.pick(Boundary.floats)
        return Array(
            """
            {"id": "\(random.below(4))", "group": "\(random.below(3))", "response": "x", "n_tokens": \(random.pick(Boundary.numbers)), \
            "verdict": {"outcome": "\(outcome)", "score": \(score), "reason": "r", "milliseconds": \(random.pick(Boundary.floats))}}
            """.utf8)
    }

    func run(_ input: FuzzInput) async throws {
        let rows = input.parts.filter { $0.name == "row" }.map(\.bytes)
        try Data(rows.joined(separator: [0x0A])).write(to: URL(fileURLWithPath: path))
        let html = path + ".html"
        switch input.text("command") {
        case "json": await Self.command(["report", path, "--json"])
        case "csv": await Self.command(["report", path, "--csv", "--by", "model", "--by", "n_tokens"])
        case "html": await Self.command(["report", path, "--html", html, "--quiet"])
        case "compare": await Self.command(["compare", path, path])
        default: await Self.command(["report", path])
        }
        try? FileManager.default.removeItem(atPath: html)
    }

    /// A command in this process; its errors are its answer. What it prints goes where the worker's output goes.
    static func command(_ arguments: [String]) async {
        do {
            var command = try Assay.parseAsRoot(arguments)
            if var command = command as? any AsyncParsableCommand { try await command.run() } else { try command.run() }
        } catch {}
    }
}
