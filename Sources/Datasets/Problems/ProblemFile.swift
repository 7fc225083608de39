internal import Experience
internal import JSON

/// The problems of one file, in its order, without those outside of the pass-rate bounds.
actor ProblemFile {
    private let options: DatasetOptions
    private var mapping: ProblemMapping
    private let rows: RowReader
    private let passRates: PassRates?

    init(_ options: DatasetOptions) throws {
        self.options = options
        mapping = try ProblemMapping(options)
        rows = try RowReader(path: options.path)
        passRates = options.passRates.isEmpty ? nil : PassRates(path: options.passRates)
    }

    /// Up to `count` further problems; empty at the end.
    func next(_ count: Int) async throws -> [Problem] {
        while true {
            let batch = try await rows.next(maxLines: count)
            if batch.isEmpty { return [] }
            let problems = try batch.map { try mapping.problem($0) }
            guard let passRates else { return problems }
            let bounds = options.minPassRate...options.maxPassRate
            let rates = try await passRates.rates(of: problems)
            let kept = zip(problems, rates).filter { $0.1.map(bounds.contains) ?? true }.map(\.0)
            if !kept.isEmpty { return kept }
        }
    }
}

/// Pass rates by problem id, read once when first asked for.
actor PassRates {
    private let path: String
    private var rates: [String: Double]?

    init(path: String) { self.path = path }

    func rates(of problems: [Problem]) async throws -> [Double?] {
        if rates == nil { rates = try await load() }
        return problems.map { rates?[$0.id] }
    }

    private func load() async throws -> [String: Double] {
        var found: [String: Double] = [:]
        let source = try RowReader(path: path)
        while case let batch = try await source.next(maxLines: 1024), !batch.isEmpty {
            for line in batch {
                let row = try ProblemMapping.row(line)
                guard let id = row.string("id"), let rate = row["pass_rate"]?.doubleValue, (0...1).contains(rate) else {
                    throw DatasetError(
                        path: line.path, line: line.number, message: "needs \"id\" and \"pass_rate\" in [0, 1]")
                }
                found[id] = rate
            }
        }
        return found
    }
}
