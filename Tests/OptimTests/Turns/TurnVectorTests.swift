import Foundation
import JSON
import Optim
import Testing

/// Credit over turns beside the papers' formulas in plain Python, `scripts/turn_vectors.py`: 250 drawn batches of episodes.
@Suite(.enabled(if: TurnVectors.pythonIsHere, "needs python3")) struct TurnVectorTests {
    @Test func turnsAreComparedAsThePapersSay() throws {
        for batch in try TurnVectors.drawn.get() {
            for name in [
                "gigpo", "gigpo_std", "gigpo@verl-agent", "gigpo_std@verl-agent", "mt_grpo", "step_reinforce",
            ] {
                var estimator = try AdvantageEstimator.preset(name)
                estimator.singleton = name.hasPrefix("gigpo") ? .score : .zero
                estimator.turnRewards = .reward
                if estimator.turnGamma > 0 { estimator.turnGamma = batch.number("gamma") }
                if estimator.episodeWeight > 0 { estimator.turnWeight = batch.number("weight") }
                let outcome = try estimator.advantages(batch.outcome)
                let found = try estimator.turnAdvantages(
                    outcome, groups: batch.outcome.groups, turns: batch.inputs(estimator))
                batch.expectClose(found, name)
                // Every sampled token has its turn's, every other one nothing.
                var tokens = TokenInputs(layout: batch.turns.layout)
                tokens.turns = try batch.inputs(estimator)
                let spread = try estimator.tokenAdvantages(batch.outcome, tokens: tokens).advantages_T
                #expect(try spread == batch.turns.broadcast(found.map { $0 ?? .nan }))
            }
            let loop = try AdvantageEstimator.preset("loop").advantages(batch.outcome).values_N
            batch.expectClose(loop, "loop")
        }
    }

    @Test func recursionsOverTurnsAndTokens() throws {
        for batch in try TurnVectors.drawn.get() {
            let (gamma, lambda) = (batch.number("gamma"), batch.number("lambda"))
            batch.expectClose(
                try TurnReturns.discounted(rewards_K: batch.rewards_K, turns: batch.turns, gamma: gamma), "returns")
            let values_K = batch.turns.last_K.map { $0.map { batch.values_T[$0] } ?? 0 }
            let high = try TurnGAE.turnWise(
                rewards_K: batch.rewards_K, values_K: values_K, turns: batch.turns, gamma: gamma, lambda: lambda)
            batch.expectClose(high.advantages_K, "turn_gae")
            let low = try TurnGAE.biLevel(
                rewards_K: batch.rewards_K, values_T: batch.values_T, turns: batch.turns, gamma: gamma, lambda: lambda,
                tokenGamma: batch.number("token_gamma"), tokenLambda: batch.number("token_lambda"))
            batch.expectClose(low.advantages_T, "bi_level")
            batch.expectClose(low.returns_T, "bi_level_returns")
        }
    }

    @Test func sharesCriticsAndWeights() throws {
        for batch in try TurnVectors.drawn.get() {
            let contributions_K = try ProgressShares.contributions(progress_K: batch.progress_K, turns: batch.turns)
            let shares_K = try ProgressShares.rewards(
                outcomes_N: batch.scores_N, contributions_K: contributions_K.map { $0 ?? .nan }, turns: batch.turns)
            batch.expectClose(shares_K, "shares")
            let targets_K = try UtteranceCritic.targets(
                rewards_K: batch.rewards_K, stateValues_K: batch.numbers("archer.states"), turns: batch.turns,
                gamma: batch.number("gamma"), after_N: batch.numbers("archer.after"))
            batch.expectClose(targets_K, "archer.targets")
            let advantages_K = try UtteranceCritic.advantages(
                actionValues_CK: batch.matrix("archer.q"), stateValues_CK: batch.matrix("archer.v"), turns: batch.turns)
            batch.expectClose(advantages_K, "archer.advantages")
            for kind in [TurnWeights.duration, .episode] {
                let weights_K = try kind.weights(turns: batch.turns, durations_K: batch.seconds_K)
                batch.expectClose(weights_K, "weights.\(kind.rawValue)")
                #expect(abs(weights_K.reduce(0, +) - Double(weights_K.count)) < 1e-9)
            }
        }
    }

    @Test func branchesForksHintsAndPairs() throws {
        for batch in try TurnVectors.drawn.get() {
            var branching = EntropyBranching()
            (branching.probability, branching.weight) = (batch.number("arpo.probability"), batch.number("arpo.weight"))
            let entropy = try branching.entropy(
                logprobs_TC: batch.matrix("arpo.logprobs"), vocabularySize: Int(batch.number("arpo.size")))
            batch.expectClose([entropy.value], "arpo.entropy")
            let chance = branching.chance(
                entropy: batch.number("arpo.entropy"), initial: batch.number("arpo.initial"))
            batch.expectClose([chance], "arpo.chance")

            let masks = batch.json.at("forks.masks")?.arrayValue?.map {
                $0.arrayValue?.map { $0.boolValue ?? false } ?? []
            }
            let tree = try ForkTree(
                layout: TokenLayout(mask_NT: masks ?? []),
                parents_N: batch.json.at("forks.parents")?.arrayValue?.map(\.intValue) ?? [],
                shared_N: batch.numbers("forks.shared").map { Int($0) })
            #expect(try tree.once().lossTokens == Int(batch.number("forks.distinct")))
            let scores_N = batch.json.at("forks.scores")?.arrayValue?.map(\.doubleValue) ?? []
            batch.expectClose(try tree.advantages(scores_N).advantages_T, "forks.advantages")

            let hinted = batch.json.at("guide.hinted")?.arrayValue?.map { $0.boolValue ?? false } ?? []
            let weights = try HintGroups.weights(
                trainer_T: batch.new_T, sampler_T: batch.old_T, isHinted_N: hinted, layout: batch.turns.layout)
            batch.expectClose(try #require(weights.value), "guide.weights")

            let prefixes_N = batch.json.at("refuel.prefixes")?.arrayValue?.map(\.intValue) ?? []
            let pairs = try FuturePair.pairs(prefixes_N: prefixes_N, rewards_N: batch.scores_N)
            let expected = try batch.matrix("refuel.pairs")
            #expect(Set(pairs.map { [Double($0.first), Double($0.second)] }) == Set(expected))
            let loss = try FuturePair.loss(
                pairs, new_T: batch.new_T, old_T: batch.old_T, layout: batch.turns.layout, eta: batch.number("eta"))
            batch.expectClose([loss.value?.loss], "refuel.loss")
        }
    }
}

/// A drawn batch: flat arrays of its episodes, and what the formulas make of them.
struct TurnBatch: Sendable {
    let json: JSONValue
    let outcome: OutcomeInputs
    let turns: TurnLayout
    let scores_N: [Double]
    var rewards_K: [Double] = []
    var progress_K: [Double?] = []
    var seconds_K: [Double] = []
    var states_K: [UInt64?] = []
    var values_T: [Double] = []
    var new_T: [Double] = []
    var old_T: [Double] = []

    init(_ json: JSONValue) throws {
        self.json = json
        let episodes = json["episodes"]?.arrayValue ?? []
        scores_N = episodes.map { $0["score"]?.doubleValue ?? .nan }
        outcome = OutcomeInputs(
            scores_N: scores_N, groups: GroupIndex(ids: episodes.map { $0["group"]?.intValue }))
        var (mask_NT, turns_N): ([[Bool]], [[Range<Int>]]) = ([], [])
        var columns: [[Double]] = [[], [], []]
        for episode in episodes {
            var (mask, ranges): ([Bool], [Range<Int>]) = ([], [])
            for turn in episode["turns"]?.arrayValue ?? [] {
                rewards_K.append(turn["reward"]?.doubleValue ?? .nan)
                progress_K.append(turn["progress"]?.doubleValue)
                seconds_K.append(turn["seconds"]?.doubleValue ?? .nan)
                states_K.append(turn["state"]?.intValue.map { UInt64($0) })
                let start = mask.count
                for key in ["tokens", "given"] {
                    for token in turn[key]?.arrayValue ?? [] {
                        let parts = token.arrayValue ?? []
                        mask.append(parts.first?.boolValue ?? false)
                        for (column, number) in parts.dropFirst().prefix(3).enumerated() {
                            columns[column].append(number.doubleValue ?? .nan)
                        }
                    }
                    if key == "tokens" { ranges.append(start..<mask.count) }
                }
            }
            mask_NT.append(mask)
            turns_N.append(ranges)
        }
        (values_T, new_T, old_T) = (columns[0], columns[1], columns[2])
        turns = try TurnLayout(layout: TokenLayout(mask_NT: mask_NT), turns_N: turns_N)
    }

    func inputs(_ estimator: AdvantageEstimator) throws -> TurnInputs {
        let rewards_K = try estimator.turnRewards(
            rewards_N: scores_N, environment_K: rewards_K, progress_K: progress_K, turns: turns)
        var inputs = TurnInputs(turns: turns, rewards_K: rewards_K)
        (inputs.outcomes_N, inputs.states_K, inputs.durations_K) = (scores_N, states_K, seconds_K)
        return inputs
    }

    func number(_ path: String) -> Double { json.at(path)?.doubleValue ?? .nan }
    func numbers(_ path: String) throws -> [Double] { try json.at(path)?.numbers() ?? [] }
    func matrix(_ path: String) throws -> [[Double]] { try json.at(path)?.arrayValue?.map { try $0.numbers() } ?? [] }

    func expectClose(_ found: [Double?], _ path: String) {
        let expected = json.at(path)?.flatNumbers() ?? []
        #expect(found.count == expected.count, "\(path)")
        for (one, other) in zip(found, expected) {
            guard let one, let other else {
                #expect(one == nil && other == nil, "\(path)")
                continue
            }
            #expect(abs(one - other) <= 1e-9 * max(1, abs(other)), "\(path): \(one), expected \(other)")
        }
    }
}

/// The batches, drawn once.
enum TurnVectors {
    static let script = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent("scripts/turn_vectors.py")
    static let pythonIsHere = (try? run(["python3", "-c", ""])) != nil
    static let drawn = Result { try run(["python3", script.path]).map { try TurnBatch(JSONValue(parsing: $0)) } }

    /// The lines that a command writes; an error when it fails.
    static func run(_ command: [String]) throws -> [ArraySlice<UInt8>] {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = command
        let pipe = Pipe()
        process.standardOutput = pipe
        try process.run()
        let data = try pipe.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { throw VectorError(text: "\(command) failed") }
        return [UInt8](data).split(separator: UInt8(ascii: "\n"))
    }
}
