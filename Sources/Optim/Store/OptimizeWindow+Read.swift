import Experience
import JSON

extension OptimizeWindow {
    /// The groups selected that have completions; nil when there are none.
    static func read(
        _ store: Store, _ scoring: Scoring, _ options: OptimizeOptions, _ estimator: AdvantageEstimator,
        _ selection: GroupSelection
    ) async throws -> OptimizeWindow? {
        let needs = EstimatorNeeds(estimator, options)
        if needs.greedy, options.greedyRun == nil {
            throw ConfigProblem(
                "optimize.greedy_run",
                "\(estimator.preset) subtracts the greedy completion's score: name a run of "
                    + "the same problems, sampled with temperature 0 and verified alike")
        }
        return try await store.snapshot { store in
            let found = try store.completions(of: selection, scoring: scoring, withComponents: needs.components)
            guard let last = found.last else { return nil }
            var window = OptimizeWindow(
                rows: found.map { Row($0, needs) }, groups: GroupIndex(ids: found.map(\.group)),
                lastOrdinal: last.ordinal)
            if let greedyRun = options.greedyRun, needs.greedy {
                window.greedy_G = try (0..<window.groups.count).map { group in
                    guard let row = window.groups[group].first else { return nil }
                    return try store.greedyVerdict(run: greedyRun, scoring: scoring, problem: found[row].problemKey)
                        .map { Greedy(score: $0.score, components: Row.components($0.components)) }
                }
            }
            let forks = try store.forks(among: window.rows.map(\.completion))
            if needs.masks || !forks.isEmpty { try window.readMasks(store) }
            window.join(forks)
            if needs.turns { try window.readTurns(estimator, store) }
            for column in needs.columns { window.columns[column] = try window.read(column, store) }
            return window
        }
    }

    // An episode's count is of its sampled tokens, its mask and its arrays are of all.
    private mutating func readMasks(_ store: StoreSnapshot) throws {
        for index in rows.indices where rows[index].gap == nil {
            let mask = try store.sampledMask(of: rows[index].completion)
            rows[index].width = mask.isEmpty ? rows[index].length ?? 0 : mask.count
            rows[index].mask = mask
        }
    }

    // Marks the rows that have no such array: theirs is 0.
    private mutating func read(_ column: EstimatorNeeds.Column, _ store: StoreSnapshot) throws -> [Double] {
        let arrays = try store.arrays(kind: column.kind, source: column.source)
        var values: [Double] = []
        for index in rows.indices {
            let row = rows[index]
            var floats: [Float] = []
            if row.gap == nil {
                let found = try arrays.newest(of: row.completion)
                floats = found ?? []
                // Of a sum of differences only a value that is not finite is left.
                let excess = floats.reduce(Float(0)) { $0 + ($1 - $1) }
                if found == nil || floats.count != row.width || excess != 0 { rows[index].gap = column.gap }
            }
            if rows[index].gap == nil {
                for float in floats { values.append(Double(float)) }
            } else {
                values += repeatElement(0, count: row.width)
            }
        }
        return values
    }
}

extension OptimizeWindow.Row {
    // More tokens than any server samples: such a count is none.
    private static let longest = 1 << 27

    fileprivate init(_ found: WindowCompletion, _ needs: EstimatorNeeds) {
        self.init(
            completion: found.completion, problem: found.problem, index: found.index, score: found.score,
            isCorrect: found.isCorrect, length: found.tokens.flatMap { (0...Self.longest).contains($0) ? $0 : nil },
            isTruncated: found.isTruncated, role: found.role ?? "")
        domain = found.domain ?? ""
        problemKey = found.problemKey
        policyTurns = max(1, found.turns ?? 1)
        if needs.components { components = Self.components(found.components) }
        if score == nil {
            gap = .unscored
        } else if needs.lengths, length == nil {
            gap = .noTokenCount
        }
    }

    /// The components of a verdict that are numbers.
    fileprivate static func components(_ json: String?) -> [String: Double] {
        guard let json, let members = (try? JSONValue(parsing: json.utf8))?.objectValue else { return [:] }
        var components: [String: Double] = [:]
        for member in members { components[member.key] = member.value.doubleValue.flatMap { $0.isFinite ? $0 : nil } }
        return components
    }
}
