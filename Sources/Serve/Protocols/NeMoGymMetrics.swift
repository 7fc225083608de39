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
    /// What is scored: whether the answer was right, and whether there was none.
    private static let names = ["accuracy", "no_answer"]
    // Beyond it the table says nothing new and grows by the square.
    private static let most = 1024
    private let tasks: [[(scores: [Double], answer: String?)]]

    init(_ rollouts: [[(reward: Double?, answer: String?)]]) {
        tasks = rollouts.map { task in
            task.compactMap { rollout in
                rollout.reward.map { ([$0, rollout.answer == nil ? 1 : 0], rollout.answer) }
            }
        }
    }

    var members: [JSONValue.Member] {
        let longest = min(tasks.map(\.count).max() ?? 0, Self.most)
        if longest == 0 { return [] }
        var members: [JSONValue.Member] = []
        for k in 1...longest {
            for (score, name) in Self.names.enumerated() {
                let passes = tasks.filter { $0.count >= k }.map { pass(k, $0.map { $0.scores[score] }) }
                if let mean = Self.percent(passes) { members.append(.init("pass@\(k)/\(name)", .double(mean))) }
                let averages = tasks.filter { !$0.isEmpty }.map { task in
                    Self.mean(task.prefix(k).map { $0.scores[score] })
                }
                if let mean = Self.percent(averages) {
                    members.append(.init("pass@1[avg-of-\(k)]/\(name)", .double(mean)))
                }
                if let mean = Self.percent(tasks.map { majority(k, score, $0) }) {
                    members.append(.init("majority@\(k)/\(name)", .double(mean)))
                }
            }
        }
        return members + deviations(longest)
    }

    private func deviations(_ longest: Int) -> [JSONValue.Member] {
        var runs: [[Double]] = Self.names.map { _ in [] }
        for run in 0..<longest {
            for score in Self.names.indices {
                let scores = tasks.filter { $0.count > run }.map { $0[run].scores[score] }
                if let mean = Self.percent(scores) { runs[score].append(mean) }
            }
        }
        let perRun = zip(Self.names, runs).filter { !$0.1.isEmpty }.map { name, values in
            JSONValue.Member(name, .array(values.map(JSONValue.double)))
        }
        var members = [JSONValue.Member("per_sample_aggregate", .object(perRun))]
        for k in 1...longest where k > 1 {
            for (name, values) in zip(Self.names, runs) {
                let first = Array(values.prefix(k))
                guard let deviation = NeMoGymMetrics.deviation(first) else { continue }
                let key = "pass@1[avg-of-\(k)]/\(name)"
                members.append(.init("\(key)/std_dev_across_runs", .double(deviation)))
                members.append(
                    .init("\(key)/std_err_across_runs", .double(deviation / Double(first.count).squareRoot())))
            }
        }
        return members
    }

    // Of k drawn without replacement at least one is right; of scores between, the best of the first k.
    private func pass(_ k: Int, _ scores: [Double]) -> Double {
        guard scores.allSatisfy({ $0 == 0 || $0 == 1 }) else { return scores.prefix(k).max() ?? 0 }
        let wrong = scores.count { $0 == 0 }
        if wrong < k { return 1 }
        return 1 - (0..<k).reduce(1) { $0 * Double(wrong - $1) / Double(scores.count - $1) }
    }

    private func majority(_ k: Int, _ score: Int, _ task: [(scores: [Double], answer: String?)]) -> Double {
        struct Vote: Hashable {
            var answer: String
            var score: Double
        }
        var counts: [Vote: Int] = [:]
        for rollout in task.prefix(k) {
            if let answer = rollout.answer {
                counts[Vote(answer: answer, score: rollout.scores[score]), default: 0] += 1
            }
        }
        guard let most = counts.values.max() else { return 0 }
        return Self.mean(counts.filter { $0.value == most }.map(\.key.score))
    }

    private static func mean(_ values: [Double]) -> Double { values.reduce(0, +) / Double(max(values.count, 1)) }

    private static func percent(_ values: [Double]) -> Double? { values.isEmpty ? nil : 100 * mean(values) }
}
