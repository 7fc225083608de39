import JSON
import Optim

extension VectorRunner {
    static func passAtK(_ vector: VectorCase) throws -> [String] {
        switch vector.peer.prefix(while: { $0 != "@" }) {
        case "pass":
            let value = PassAtK.unbiased(
                n: try vector.integer("n"), c: try vector.integer("c"), k: try vector.integer("k"))
            let actual = try value.get()
            return try vector.difference("pass_at_k", actual)
                + (vector.expected("exact") == nil ? [] : vector.difference("exact", actual))
        case "gpass":
            let (n, c, k) = (try vector.integer("n"), try vector.integer("c"), try vector.integer("k"))
            // The keys of "g" again.
            vector.ignore("params", "taus")
            var found = try vector.difference("mg", PassAtK.meanGeneralised(n: n, c: c, k: k).get())
            for member in vector.expected("g")?.objectValue ?? [] {
                let value = try PassAtK.generalised(n: n, c: c, k: k, tau: Double(member.key) ?? -1).get()
                if !vector.matches(value, member.value.anyNumber) {
                    found.append("\(vector) tau \(member.key): \(value)")
                }
            }
            return found
        case "maj":
            let answers = try vector.answers()
            let correct = try vector.input("correct_answer").stringValue
            let vote = try MajorityAtK(answers_N: answers, isRight_N: answers.map { $0 != nil && $0 == correct })
            let k = vector.param("k")?.intValue ?? 1
            return try vector.difference("expected_uniform_ties", vote.expected(k: k).get())
                + vector.difference("expected_first_seen_ties", vote.expected(k: k, ties: .firstSeen).get())
        case "wilson":
            let (c, n) = (try vector.integer("c"), try vector.integer("n"))
            let level = vector.number("level", default: 0.95)
            let wilson = try BinomialInterval.wilson(c: c, n: n, level: level).get()
            let exact = try BinomialInterval.clopperPearson(c: c, n: n, level: level).get()
            return try vector.differences("wilson", [wilson.lower, wilson.upper])
                + vector.differences("clopper_pearson", [exact.lower, exact.upper])
        case "bootstrap_problem_percentile":
            let mean = try Bootstrap.mean(
                of: vector.numbers("per_problem"), resamples: Int(vector.number("B", default: 0)),
                level: vector.number("level", default: 0), seed: UInt64(vector.number("seed", default: 0))
            ).get()
            return try vector.difference("mean", mean.mean) + vector.difference("se_clt", mean.standardError)
                + vector.differences("ci_percentile_linear", [mean.interval.lower, mean.interval.upper])
                + vector.difference("boot_std", mean.deviation)
        case "verl_bootstrap":
            let values = try vector.numbers("values")
            let k = vector.param("k")?.intValue ?? 1
            let best = try BestAtK.best(of: values, k: k, draw: .withReplacement).get()
            let worst = try BestAtK.worst(of: values, k: k, draw: .withReplacement).get()
            // Absence of an answer is a vote of its own in verl.
            let answers = try vector.answers().map { $0 ?? "\u{0}" }
            let vote = try MajorityAtK(answers_N: answers.map { Optional($0) }, isRight_N: values.map { $0 == 1 })
            var exact = vector
            exact.tolerance = 1e-9
            return try vector.difference("best_mean_mc", best.mean) + vector.difference("worst_mean_mc", worst.mean)
                + vector.difference("best_std_mc", best.deviation)
                + vector.difference("maj_mean_mc", vote.expected(k: k, draw: .withReplacement).get())
                + exact.difference("best_exact_with_replacement", best.mean)
                + exact.difference("worst_exact_with_replacement", worst.mean)
                + exact.difference("best_exact_unbiased", BestAtK.best(of: values, k: k).get().mean)
        default: throw unknown(vector)
        }
    }
}

extension VectorCase {
    func integer(_ key: String) throws -> Int {
        guard let value = try input(key).intValue else { throw VectorError(text: "\(self): \(key) is no integer") }
        return value
    }

    func answers() throws -> [String?] { (try input("answers").arrayValue ?? []).map(\.stringValue) }
}
