import Experience
import JSON
import Numbers
import Optim

/// The completions of a run with the chosen verdict, as one pass over the store gives them; texts stay on disk.
struct CompletionRows {
    /// What every store's report is broken down by.
    static let keys = ["model", "dataset", "level", "domain", "policy_version"]
    static let levelNames = ["level", "difficulty"]
    static let domainNames = ["domain", "subject", "category", "type", "task"]

    /// One policy version's completions.
    struct VersionTally {
        var entropy = RunningMean()
        var score = RunningMean()
    }

    private(set) var builder: ReportBuilder
    private(set) var judged = JudgedCompletions()
    /// The advantage set that is shown.
    private(set) var set: Int64?
    private(set) var versions: [Int: VersionTally] = [:]
    private var scores_G: [Double?] = []
    private var mix = GroupMix(groups: [])
    private var zeroVariance = 0
    private(set) var problems = ProblemCollector()
    private(set) var difficulty = Histogram(start: 0, width: 0.1, bins: 11)
    private(set) var estimator: String?
    private(set) var advantages: [Double] = []
    private(set) var undefinedAdvantages: [String: Int] = [:]
    // 8 bytes each: beyond this many the histogram is of the run's first completions.
    private static let tokenAdvantageLimit = 6_000_000
    private var scores: [Double] = []
    private var tokens = 0
    private var firstStart = Int64.max
    private var lastEnd = Int64.min
    private var right = 0
    private let label: String?
    private let cluster: String?

    /// Adds the run's completions to `builder`, which breaks down by `keys` and `extraKeys`, after the run's `label` where
    /// it has one: several runs in one report.
    init(
        _ store: StoreSnapshot, run: Run, scoring: Scoring?, extraKeys: [String], cluster: String?,
        builder: ReportBuilder,
        label: String? = nil
    ) throws {
        self.builder = builder
        self.label = label
        self.cluster = cluster
        let set = try store.newestAdvantageSet(run: run, scoring: scoring)
        self.set = set?.id
        estimator = set?.estimator
        var group: Int64?
        var fields: [String?] = []
        var shared: String?
        try store.forEachCompletion(of: run, scoring: scoring, set: set?.id) { row in
            if try row.group != group {
                if group != nil { endGroup() }
                group = try row.group
                problems.begin(problem: try row.problem, dataset: try row.dataset ?? "")
                fields = try Self.fields(row, extraKeys: extraKeys)
                if let cluster { shared = try row.fields.string(cluster) }
            }
            try add(row, fields: fields, cluster: shared, store)
        }
        if group != nil { endGroup() }
        judged.finish()
    }

    /// Lets go of what the slices were made of: sections over tokens need the room.
    mutating func releaseSamples() {
        builder = ReportBuilder()
        FreedMemory.giveBack()
    }

    private static func fields(_ row: ReportedCompletion, extraKeys: [String]) throws -> [String?] {
        let values = try row.fields.strings(levelNames + domainNames + extraKeys)
        let level = values.prefix(levelNames.count).compactMap { $0 }.first
        let domain = values[levelNames.count..<levelNames.count + domainNames.count].compactMap { $0 }.first
        return [level, domain] + values.suffix(extraKeys.count)
    }

    private mutating func add(
        _ row: ReportedCompletion, fields: [String?], cluster: String?, _ store: StoreSnapshot
    ) throws {
        let group = try row.group
        var sample = Sample(group: label.map { "\($0)\u{0}\(group)" } ?? String(group))
        sample.cluster = cluster
        sample.model = try row.model
        let outcome = try row.outcome
        let id = try row.completion
        sample.outcome = outcome
        sample.isUndecided = Verdict.isUndecided(outcome, reason: outcome == nil ? nil : try row.reason)
        sample.score = try row.score
        sample.extracted = try row.extracted
        sample.finish = try row.finish
        sample.length = try row.tokens
        sample.isUnusable = try row.unusable != nil
        sample.milliseconds = try row.milliseconds
        sample.entropy = try row.entropy.flatMap(Sample.MeanEntropy.init)
        let version = try Self.version(row)
        if let label { sample.values.append(label) }
        sample.values += [try row.model, try row.dataset, fields[0], fields[1], version.map(String.init)]
        sample.values += fields[2...]
        builder.add(sample)
        scores_G.append(sample.score)
        problems.add(sample, key: id)
        if let score = sample.score { scores.append(score) }
        if outcome == .correct { right += 1 }
        let advantage = try row.advantage
        if let advantage { advantages.append(advantage) }
        let tokens_T = try row.tokenAdvantages
        if let tokens_T { addTokens(tokens_T) }
        if let reason = try row.undefined { undefinedAdvantages[reason, default: 0] += 1 }
        judged.add(
            .init(id, outcome: outcome, advantage: advantage, hasTokenAdvantages: tokens_T != nil),
            tokens: sample.length)
        if let version, let entropy = sample.entropy {
            versions[version, default: VersionTally()].entropy.add(entropy.mean)
            if let score = sample.score { versions[version]?.score.add(score) }
        }
        tokens = tokens.addingSaturated(sample.length ?? 0)
        let (start, end) = (try row.startedAt, try row.finishedAt)
        if start > 0, end >= start { (firstStart, lastEnd) = (min(firstStart, start), max(lastEnd, end)) }
        if let outcome, builder.wantsExample(outcome) { try addExample(row, outcome, store) }
    }

    // Advantages per token, as many as a histogram needs.
    private mutating func addTokens(_ tokens_T: [Float]) {
        if advantages.count >= Self.tokenAdvantageLimit { return }
        for value in tokens_T { advantages.append(Double(value)) }
    }

    private mutating func endGroup() {
        problems.end()
        mix.add(scores_G)
        let scores = scores_G.compactMap { $0 }
        if scores.count > 1, scores.allSatisfy({ $0 == scores[0] }) { zeroVariance += 1 }
        if !scores.isEmpty { difficulty.add(Double(right) / Double(scores.count) + 1e-9) }
        right = 0
        scores_G.removeAll(keepingCapacity: true)
    }

    // The version that sampled the first token: what staleness is counted from.
    private static func version(_ row: ReportedCompletion) throws -> Int? {
        try row.weightSpans?.arrayValue?.first?.arrayValue?.first?.intValue
    }

    private mutating func addExample(_ row: ReportedCompletion, _ outcome: Outcome, _ store: StoreSnapshot) throws {
        let completion = try row.completion
        let texts = try store.text(of: completion)
        guard
            let verdict = Verdict(
                outcome: outcome, score: try row.score, reason: try row.reason, extracted: try row.extracted,
                explanation: try row.explanation)
        else { return }
        let (problem, index) = (try row.problem, try row.index)
        builder.add(
            example: Example(
                id: "\(problem) #\(index)", completion: completion, verdict: verdict, gold: texts?.gold,
                text: texts?.text ?? ""))
    }

    /// The section on groups.
    func groupSection(_ store: StoreSnapshot, run: Run) throws -> GroupSection {
        let seconds = Double(lastEnd - min(firstStart, lastEnd)) / 1000
        return GroupSection(
            mix: mix, zeroVariance: zeroVariance,
            filtered: try store.filteredGroups(run: run), sampleFailures: try store.sampleFailures(run: run),
            scores: Histogram(scores), advantages: Histogram(advantages), estimator: estimator,
            undefinedAdvantages: undefinedAdvantages, difficulty: difficulty.total > 0 ? difficulty : nil,
            tokensPerSecond: tokens > 0 && seconds > 0 ? Double(tokens) / seconds : nil)
    }
}

extension Sample.MeanEntropy {
    /// nil for a mean that is none of entropies: stores of versions that took any number for a log-probability have such.
    init?(_ stored: StoredEntropy) {
        let most = -Double(Logprob.least)
        guard let kind = EntropySummary.Kind(rawValue: stored.kind), abs(stored.mean) <= most else { return nil }
        let width = abs((stored.upper ?? stored.mean) - (stored.lower ?? stored.mean))
        self.init(kind: kind, mean: stored.mean, halfWidth: min(width / 2, most))
    }
}
