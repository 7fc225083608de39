public import Experience
import JSON

/// A run's completions, or pairs of them, as files for other programs. Pages of whole groups, each a consistent view: a run
/// may go on meanwhile.
public struct StoreExport: Sendable {
    /// What a file is.
    public enum Format: String, Sendable, CaseIterable {
        /// One JSON object a line.
        case jsonl
        /// Apache Parquet, uncompressed.
        case parquet
    }

    /// Whether preference pairs are written, not completions.
    public var isPairs = false
    /// Whether rows have their token arrays.
    public var withTokens = true

    private let store: Store
    private let run: Run
    private let scoring: Scoring?
    private let set: Int64?

    /// An export with the verdicts of a scoring, by default the latest, and the advantages of an estimator's newest set over it.
    ///
    /// Throws `StoreError` where the run has no such verdicts or advantages.
    public init(store: Store, run: Run, verifier: String? = nil, estimator: String? = nil) async throws {
        var options = StoreReport.Options()
        options.verifier = verifier
        let report = StoreReport(store: store, run: run, options: options)
        let scoring = try report.chosen(of: try await store.scorings(run: run))
        let set = try await store.snapshot { store in
            try store.newestAdvantageSet(run: run, scoring: scoring, estimator: estimator)?.id
        }
        if let estimator, set == nil {
            throw StoreError(
                path: store.path, "run '\(run.name)' has no advantages of '\(estimator)'; 'assay optimize' makes them",
                kind: .missing)
        }
        (self.store, self.run, self.scoring, self.set) = (store, run, scoring, set)
    }

    private var columns: [Column] {
        isPairs ? PreferencePairs.columns(withTokens: withTokens) : ExportedRow.columns(withTokens: withTokens)
    }

    /// Writes the file, and finishes it.
    /// - Returns: how many rows it has. Throws `StoreError` and `FileError`.
    public func write(_ format: Format, to writer: LineWriter) async throws -> Int {
        var (count, next): (Int, Int?) = (0, 0)
        let columns = columns
        var parquet = ParquetRows(columns)
        while let from = next {
            try Task.checkCancellation()
            let page = try await store.snapshot { [run, scoring, set, withTokens] in
                try $0.exportedRows(of: run, scoring: scoring, set: set, from: from, withTokens: withTokens)
            }
            next = page.next
            let rows =
                isPairs ? PreferencePairs.cells(of: page.rows, withTokens: withTokens) : page.rows.map(\.cells)
            count += rows.count
            switch format {
            case .jsonl:
                var lines = JSONWriter()
                for row in rows { lines.row(row, of: columns) }
                try await writer.write(lines.bytes)
            case .parquet:
                for row in rows {
                    parquet.add(row)
                    // Row by row: a page of long texts is no single row group, whose sizes have 32 bits.
                    let ready = parquet.ready()
                    if !ready.isEmpty { try await writer.write(ready) }
                }
            }
        }
        if format == .parquet { try await writer.write(parquet.end()) }
        try await writer.finish()
        return count
    }

    /// What lies under the name of such a file and may be replaced by it.
    public func kind(_ format: Format) -> FileKind {
        switch format {
        case .jsonl: .rows("a file of exported rows", with: isPairs ? "chosen" : "completion_id")
        case .parquet: FileKind("a Parquet file", headBytes: 4) { $0 == ParquetRows.mark }
        }
    }

    /// The card of a folder with the file in `data/`, as Hugging Face's `load_dataset` reads it.
    public func card(rows: Int) -> String {
        let what = isPairs ? "preference pairs" : "completions"
        return """
            ---
            configs:
              - config_name: default
                data_files:
                  - split: train
                    path: data/train-*.parquet
            ---

            # Run \(run.name.debugDescription)

            \(rows) \(what) of an assay store, judged by \(scoring.map { "\($0.verifier) \($0.version)" } ?? "nobody").

            """
    }
}
