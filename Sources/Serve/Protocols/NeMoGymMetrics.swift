import JSON
import Numbers

/// What NeMo-Gym's `compute_aggregate_metrics` gives, with its pass@k and majority@k: over all answers, and task by task.
///
/// An answer that is masked, a failure of ours, is in no figure: `masked` counts them.
struct NeMoGymMetrics {
    private static let taskKey = "_ng_task_index"
    private static let rolloutKey = "_ng_rollout_index"

    private struct Rollout {
        var task: Int
        var index: Int
        var json: JSONValue
        /// Numbers and flags by name; those of the response's usage too.
        var numbers: [(name: String, value: Double)]
        var reward: Double?
        var answer: String?
    }

    private var tasks: [[Rollout]] = []
    private var masked = 0

    /// `responses` are answers of `/verify`.
    init(_ responses: [JSONValue]) {
        var rollouts: [Rollout] = []
        for response in responses {
            if response["mask_sample"]?.boolValue == true {
                masked += 1
                continue
            }
            rollouts.append(Self.rollout(response))
        }
        let byTask = Dictionary(grouping: rollouts, by: \.task)
        tasks = byTask.keys.sorted().map { byTask[$0] ?? [] }
    }

    var json: JSONValue {
        var agent = Self.described(tasks.flatMap { $0 })
        agent += PassAtK(tasks.map { $0.map { ($0.reward, $0.answer) } }).members
        if masked > 0 { agent.append(.init("masked", .int(masked))) }
        let key = agent.filter { $0.key.hasPrefix("mean/") }
        return [
            "group_level_metrics": .array(tasks.map(Self.group)), "agent_metrics": .object(agent),
            "key_metrics": .object(key),
        ]
    }

    private static func rollout(_ response: JSONValue) -> Rollout {
        var numbers: [(name: String, value: Double)] = []
        for member in response.objectValue ?? [] where ![taskKey, rolloutKey].contains(member.key) {
            if let value = number(member.value) { numbers.append((member.key, value)) }
        }
        for member in response["response"]?["usage"]?.objectValue ?? [] {
            guard let value = number(member.value) else { continue }
            numbers.removeAll { $0.name == member.key }
            numbers.append((member.key, value))
        }
        return Rollout(
            task: response[taskKey]?.intValue ?? 0, index: response[rolloutKey]?.intValue ?? 0, json: response,
            numbers: numbers, reward: response["reward"].flatMap(number),
            answer: response["extracted_answer"]?.stringValue)
    }

    private static func number(_ value: JSONValue) -> Double? {
        value.boolValue.map { $0 ? 1 : 0 } ?? value.doubleValue
    }

    // As a data frame describes its columns: mean/NAME, max/NAME, …; a deviation of one value is 0 where all are of one.
    private static func described(_ rollouts: [Rollout]) -> [JSONValue.Member] {
        var names: [String] = []
        var columns: [String: [Double]] = [:]
        for (name, value) in rollouts.flatMap(\.numbers) {
            if columns[name] == nil { names.append(name) }
            columns[name, default: []].append(value)
        }
        let deviations = names.map { deviation(columns[$0] ?? []) }
        let isFilled = deviations.allSatisfy { $0 == nil }
        var members: [JSONValue.Member] = []
        func add(_ statistic: String, _ figure: ([Double]) -> Double?) {
            for name in names {
                if let value = figure(columns[name] ?? []) {
                    members.append(.init("\(statistic)/\(name)", .double(value)))
                }
            }
        }
        add("mean") { $0.reduce(0, +) / Double($0.count) }
        add("max") { $0.max() }
        add("min") { $0.min() }
        add("median") { median($0) }
        add("std") { deviation($0) ?? (isFilled && $0.count == rollouts.count ? 0 : nil) }
        return members
    }

    private static func median(_ values: [Double]) -> Double? {
        let sorted = values.sorted()
        guard let middle = sorted.dropFirst(sorted.count / 2).first else { return nil }
        guard sorted.count % 2 == 0, let before = sorted.dropFirst(sorted.count / 2 - 1).first else { return middle }
        return (before + middle) / 2
    }

    fileprivate static func deviation(_ values: [Double]) -> Double? {
        if values.count < 2 { return nil }
        let mean = values.reduce(0, +) / Double(values.count)
        return (values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count - 1)).squareRoot()
    }

    private static func group(_ rollouts: [Rollout]) -> JSONValue {
        let infos = rollouts.sorted { $0.index < $1.index }.map { rollout -> JSONValue in
            var members: [JSONValue.Member] = [
                .init("rollout_id", .string("\(rollout.task):\(rollout.index)")), .init(taskKey, .int(rollout.task)),
                .init(rolloutKey, .int(rollout.index)),
            ]
            if let reward = rollout.json["reward"] { members.append(.init("reward", reward)) }
            for (name, value) in rollout.numbers where name != "reward" { members.append(.init(name, .double(value))) }
            return .object(members)
        }
        return .object(
            [.init(taskKey, .int(rollouts.first?.task ?? 0))] + described(rollouts) + [
                .init("sample", ["agent_ref": ["name": "agent"]]), .init("num_rollouts", .int(rollouts.count)),
                .init("expected_num_rollouts", .int(rollouts.count)), .init("missing_num_rollouts", 0),
                .init("reward_profile_completion_pct", .double(100)), .init("rollout_infos", .array(infos)),
            ])
    }
}

/// Gym's `compute_pass_majority_metrics` over rewards and extracted answers, in percent.
private struct PassAtK {
    typealias Rollout = (scores: [Double], answer: String?)

    /// What is scored: whether the answer was right, and whether there was none.
    private static let names = ["accuracy", "no_answer"]
    // Beyond it the table says nothing new.
    private static let most = 1024

    let members: [JSONValue.Member]

    init(_ rollouts: [[(reward: Double?, answer: String?)]]) {
        let tasks: [[Rollout]] = rollouts.map { task in
            task.compactMap { rollout in
                rollout.reward.map { ([$0, rollout.answer == nil ? 1 : 0], rollout.answer) }
            }
        }
        let longest = min(tasks.map(\.count).max() ?? 0, Self.most)
        members = longest == 0 ? [] : Self.members(tasks, longest)
    }

    private static func members(_ tasks: [[Rollout]], _ longest: Int) -> [JSONValue.Member] {
        var members: [JSONValue.Member] = []
        var perRun: [JSONValue.Member] = []
        var deviations: [JSONValue.Member] = []
        for (score, name) in names.enumerated() {
            var (pass, average) = (Means(longest), Means(longest))
            var (majority, run) = (Means(longest), Means(longest))
            for task in tasks {
                let scores = task.map { $0.scores[score] }
                majority.add(majorities(task.prefix(longest), score), goesOn: true)
                if scores.isEmpty { continue }
                pass.add(passes(scores, longest))
                average.add(averages(scores.prefix(longest)), goesOn: true)
                run.add(Array(scores.prefix(longest)))
            }
            for k in 1...longest {
                let figures = [
                    ("pass@\(k)", pass), ("pass@1[avg-of-\(k)]", average), ("majority@\(k)", majority),
                ]
                for (key, means) in figures {
                    if let mean = means.percent(k) { members.append(.init("\(key)/\(name)", .double(mean))) }
                }
            }
            let runs = (1...longest).compactMap { run.percent($0) }
            if !runs.isEmpty { perRun.append(.init(name, .array(runs.map(JSONValue.double)))) }
            deviations += spread(runs, name, longest)
        }
        return members + [.init("per_sample_aggregate", .object(perRun))] + deviations
    }

    private static func spread(_ runs: [Double], _ name: String, _ longest: Int) -> [JSONValue.Member] {
        (1...longest).dropFirst().flatMap { k -> [JSONValue.Member] in
            let first = Array(runs.prefix(k))
            guard let deviation = NeMoGymMetrics.deviation(first) else { return [] }
            let key = "pass@1[avg-of-\(k)]/\(name)"
            return [
                .init("\(key)/std_dev_across_runs", .double(deviation)),
                .init("\(key)/std_err_across_runs", .double(deviation / Double(first.count).squareRoot())),
            ]
        }
    }

    // For each k: of k drawn without replacement at least one is right; of scores between, the best of the first k.
    private static func passes(_ scores: [Double], _ longest: Int) -> [Double] {
        let wrong = scores.count { $0 == 0 }
        var (best, none) = (-Double.infinity, 1.0)
        let isBinary = scores.allSatisfy { $0 == 0 || $0 == 1 }
        return scores.prefix(longest).enumerated().map { index, score in
            best = max(best, score)
            none *= Double(max(0, wrong - index)) / Double(scores.count - index)
            return isBinary ? 1 - none : best
        }
    }

    private static func averages(_ scores: ArraySlice<Double>) -> [Double] {
        var sum = 0.0
        return scores.enumerated().map { index, score in
            sum += score
            return sum / Double(index + 1)
        }
    }

    // For each k: the mean score of the answers that most of the first k gave; 0 while there is none.
    private static func majorities(_ task: ArraySlice<Rollout>, _ score: Int) -> [Double] {
        struct Vote: Hashable {
            var answer: String
            var score: Double
        }
        var counts: [Vote: Int] = [:]
        var (most, sum, tied) = (0, 0.0, 0.0)
        return task.map { rollout in
            guard let answer = rollout.answer else { return tied > 0 ? sum / tied : 0 }
            let vote = Vote(answer: answer, score: rollout.scores[score])
            let count = (counts[vote] ?? 0) + 1
            counts[vote] = count
            if count > most {
                (most, sum, tied) = (count, vote.score, 1)
            } else if count == most {
                (sum, tied) = (sum + vote.score, tied + 1)
            }
            return sum / tied
        }
    }
}

/// Means over tasks for each k, each task added in as many steps as it has rollouts.
private struct Means {
    private var sums: [Double]
    private var counts: [Double]
    /// What goes on from a k with the value that a task had last.
    private var later: [(sum: Double, count: Double)]

    init(_ longest: Int) {
        sums = Array(repeating: 0, count: longest)
        counts = sums
        later = Array(repeating: (0, 0), count: longest + 1)
    }

    /// A task's value for each k from 1; where it `goesOn` the last one counts for all greater k as well, or 0 where there is none.
    mutating func add(_ values: [Double], goesOn: Bool = false) {
        for (index, value) in values.enumerated() {
            sums[index] += value
            counts[index] += 1
        }
        if goesOn {
            later[values.count].sum += values.last ?? 0
            later[values.count].count += 1
        }
    }

    func percent(_ k: Int) -> Double? {
        let before = later.prefix(k).reduce((sum: 0.0, count: 0.0)) { ($0.sum + $1.sum, $0.count + $1.count) }
        let count = counts[k - 1] + before.count
        return count > 0 ? 100 * (sums[k - 1] + before.sum) / count : nil
    }
}
