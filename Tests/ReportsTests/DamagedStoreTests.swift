import Experience
import Foundation
import GRDB
import JSON
import Optim
import Reports
import Testing

/// SQLite keeps any value in any column: what another program left in a store, or a damaged disk, is an error of that
/// store or is shown, and ends no process.
@Suite struct DamagedStoreTests {
    private static let values: [DatabaseValue] = [
        Data([0xFF, 0xFE]).databaseValue, "x".databaseValue, 9.3e18.databaseValue, (-1e308).databaseValue,
        Int64.max.databaseValue, Int64.min.databaseValue,
    ]

    @Test func everyCellMayHoldAnything() async throws {
        let fixture = try StoreFixture()
        _ = try await fixture.run("a", right: [4, 2, 0, 1])
        try await fixture.store.write { try $0.checkpoint(.truncate) }
        let whole = try Data(contentsOf: URL(fileURLWithPath: fixture.store.path))
        let columns = try await fixture.store.read { db in
            try [
                "runs", "problems", "groups", "completions", "tokens", "scorings", "verdicts", "advantage_sets",
                "advantages", "entropies",
            ].flatMap { table in try db.columns(in: table).map { (table, $0.name) } }
        }
        let path = fixture.folder + "/damaged.sqlite"
        var refused = 0
        for (table, column) in columns {
            for value in Self.values {
                try whole.write(to: URL(fileURLWithPath: path))
                try Self.overwrite(path, table, column, with: value)
                do {
                    try await Self.show(path)
                } catch is StoreError {
                    refused += 1
                } catch is OptimError {
                    refused += 1
                }
                for suffix in ["-wal", "-shm"] { try? FileManager.default.removeItem(atPath: path + suffix) }
            }
        }
        #expect(refused > 100)
    }

    private static func overwrite(_ path: String, _ table: String, _ column: String, with value: DatabaseValue) throws {
        var configuration = Configuration()
        configuration.foreignKeysEnabled = false
        try DatabaseQueue(path: path, configuration: configuration).writeWithoutTransaction { db in
            try db.execute(sql: "PRAGMA ignore_check_constraints = ON")
            try db.execute(sql: "UPDATE OR IGNORE \(table) SET \(column) = ?", arguments: [value])
        }
    }

    private static func show(_ path: String) async throws {
        let store = try Store(path: path, access: .read)
        let run = try await store.run(named: nil)
        let report = try await StoreReport(store: store, run: run).make()
        _ = (HTMLReport.render(report), TerminalReport.render(report), CSVReport.render(report), try report.json())
        for shade in SampleFilter.Shade.allCases {
            var filter = SampleFilter()
            filter.shade = shade
            _ = try await SampleBrowser(store: store, run: run).page(filter)
        }
        let side = try await StoreReport(store: store, run: run).side()
        _ = try HTMLComparison.render(Comparison.make(side, side))
    }
}
