import Foundation
import Optim

/// A small tabular policy: for each problem a table of next-token logits by position, so that every token it samples has
/// a true log-probability. It stands in for a model where none can be had; nothing about it is learnt.
public struct SimulatedPolicy: Sendable {
    /// The name it serves under; reports label runs of it as simulated.
    public static let modelName = "assay-simulated"

    struct Row: Sendable {
        /// Candidate token ids.
        var tokens: [Int32]
        /// Their logits, before temperature.
        var logits: [Double]
    }

    struct Sample: Sendable {
        var tokens: [Int32] = []
        var logprobs: [Double] = []
        /// Candidates of each position with their log-probabilities, most likely first.
        var candidates: [[(token: Int32, logprob: Double)]] = []
        var isTruncated = false
    }

    private(set) var vocabulary: [String]
    private var ids: [String: Int32]
    private var tables: [(question: String, rows: [Row])] = []
    static let endOfSequence: Int32 = 0

    /// A policy that knows the given problems: it answers each with a chance that differs by problem.
    ///
    /// `wrong` are full alternatives to `right`; digits of a number are varied when there are none.
    public init(problems: [(question: String, right: String, wrong: [String])]) {
        vocabulary = ["<eos>"]
        ids = ["<eos>": 0]
        for problem in problems {
            var rows: [Row] = []
            // An opening with real choice, so that entropy varies by position.
            rows.append(row([("I think", 0.4), ("So", 0.9), ("We get", 0.6), ("Clearly", 0.1)]))
            rows.append(row([(" the answer is", 2), (" it is", 1.1), (" we find", 0.5)]))
            rows.append(row([(" \\boxed{", 4)]))
            var difficulty = SplitMix64(seed: Self.hash(problem.question))
            let skill = 2.6 * unit(&difficulty) - 0.4
            if problem.wrong.isEmpty, problem.right.utf8.allSatisfy({ $0 < 128 }) {
                for character in problem.right {
                    let others = character.isNumber ? "0123456789" : "ABCD"
                    let wrong = others.filter { $0 != character }.map { (String($0), unit(&difficulty) - 1.6) }
                    rows.append(row([(String(character), skill + 1)] + wrong))
                }
            } else {
                rows.append(row([(problem.right, skill + 0.4)] + problem.wrong.map { ($0, unit(&difficulty)) }))
            }
            rows.append(row([("}.", 3), ("}", 1)]))
            rows.append(row([("<eos>", 3), (" I am sure.", 0)]))
            rows.append(row([("<eos>", 1)]))
            tables.append((problem.question, rows))
        }
    }

    // FNV-1a: the same difficulty on every run.
    private static func hash(_ text: String) -> UInt64 {
        text.utf8.reduce(14_695_981_039_346_656_037) { ($0 ^ UInt64($1)) &* 1_099_511_628_211 }
    }

    private mutating func row(_ candidates: [(String, Double)]) -> Row {
        Row(tokens: candidates.map { id($0.0) }, logits: candidates.map(\.1))
    }

    private mutating func id(_ token: String) -> Int32 {
        if let known = ids[token] { return known }
        let id = Int32(vocabulary.count)
        vocabulary.append(token)
        ids[token] = id
        return id
    }

    /// Token ids of a prompt: one per UTF-8 byte, above the vocabulary.
    func promptIDs(_ prompt: String) -> [Int32] { prompt.utf8.map { Int32(vocabulary.count) + Int32($0) } }

    /// Draws one completion; log-probabilities are of the distribution that was drawn from (after temperature).
    func sample(prompt: String, temperature: Double, maxTokens: Int, seed: UInt64) -> Sample {
        var generator = SplitMix64(seed: seed)
        var sample = Sample()
        // The last problem that the prompt mentions: a prompt may show others as examples before it.
        let known = tables.filter { prompt.contains($0.question) }.max { $0.question.count < $1.question.count }
        for row in known?.rows ?? [Row(tokens: [Self.endOfSequence], logits: [0])] {
            if sample.tokens.count == maxTokens {
                sample.isTruncated = true
                break
            }
            let scaled = row.logits.map { $0 / max(temperature, 1e-6) }
            let peak = scaled.max() ?? 0
            let normaliser = peak + log(scaled.reduce(0) { $0 + exp($1 - peak) })
            let logprobs = scaled.map { $0 - normaliser }
            let point = unit(&generator)
            var mass = 0.0
            var chosen = row.tokens.count - 1
            for (index, logprob) in logprobs.enumerated() {
                mass += exp(logprob)
                if point < mass {
                    chosen = index
                    break
                }
            }
            sample.tokens.append(row.tokens[chosen])
            sample.logprobs.append(min(logprobs[chosen], 0))
            sample.candidates.append(zip(row.tokens, logprobs).sorted { $0.1 > $1.1 }.map { ($0, min($1, 0)) })
            if row.tokens[chosen] == Self.endOfSequence { break }
        }
        return sample
    }

    /// The text of tokens, without the end of sequence.
    func text(_ tokens: [Int32]) -> String {
        tokens.filter { $0 != Self.endOfSequence }.map { vocabulary[Int($0)] }.joined()
    }
}

private func unit(_ generator: inout SplitMix64) -> Double { .random(in: 0..<1, using: &generator) }
