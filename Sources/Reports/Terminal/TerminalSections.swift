import Numbers
import Optim

/// What a terminal shows below the tables: groups, entropy and verifiers, a line or few each.
enum TerminalSections {
    /// Where the learning signal is; nothing where no problem has two completions.
    static func groups(_ report: Report, _ slices: [Slice], width: Int?) -> [String] {
        if report.overall.groups == nil { return [] }
        var table = TextTable(["", "all right", "mixed", "all wrong", "no signal", "unscored"])
        for slice in slices {
            guard let groups = slice.groups else { continue }
            func share(_ count: Int) -> String { Format.rate(Rate(count: count, of: groups.scored)) }
            table.add([
                TerminalText.cut(TerminalText.safe(slice.label), to: 32), share(groups.allGood), share(groups.mixed),
                share(groups.allBad), share(groups.zeroVariance), groups.unscored == 0 ? "" : "\(groups.unscored)",
            ])
        }
        var lines = ["", "groups"] + table.lines(width: width)
        guard let section = report.groups else { return lines }
        func add(_ label: String, _ counts: [String: Int]) {
            if counts.isEmpty { return }
            lines.append("  \(label): " + counted(counts))
        }
        add("groups thrown away by dynamic sampling", section.filtered)
        add("samples that failed", section.sampleFailures)
        add("completions without an advantage", section.undefinedAdvantages)
        if let rate = section.tokensPerSecond { lines.append("  \(Format.number(rate)) tokens/s sampled") }
        return lines
    }

    /// A few lines for each environment.
    static func episodes(_ section: EpisodeSection) -> [String] {
        var lines = ["", "episodes"]
        for environment in section.environments {
            lines.append(
                "  \(TerminalText.safe(environment.name)): \(Format.count(environment.episodes)) episodes, success "
                    + "\(Format.rate(environment.success)), \(Format.number(environment.meanTurns)) turns, "
                    + "\(Format.number(environment.meanModelSeconds)) s in the model and "
                    + "\(Format.number(environment.meanEnvironmentSeconds)) s in the environment each")
            lines.append(
                "    ended by " + counted(environment.stops)
                    + "; \(Format.count(environment.sampledTokens)) tokens sampled, "
                    + "\(Format.count(environment.contextTokens)) of context")
            for tool in environment.tools.prefix(5) {
                let faults = tool.faults.isEmpty ? "" : ", of them " + counted(tool.faults)
                lines.append(
                    TerminalText.cut(
                        "    tool \(TerminalText.safe(tool.name.isEmpty ? "(no name)" : tool.name)): "
                            + "\(Format.count(tool.calls)) calls\(faults)", to: 118))
            }
            let entropies = environment.turns.compactMap(\.entropy)
            if entropies.count > 1, let first = entropies.first, let last = entropies.last {
                lines.append(
                    "    −log p a token by turn: \(Format.number(first)) → \(Format.number(last))  \(spark(entropies))")
            }
        }
        return lines
    }

    private static func counted(_ counts: [String: Int]) -> String {
        counts.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
            .map { "\(TerminalText.safe($0.key)) \(Format.count($0.value))" }.joined(separator: ", ")
    }

    /// Mean, trend, covariance, fit, and the tokens where the policy forks.
    static func entropy(_ entropy: EntropySection) -> [String] {
        var lines = [
            "",
            "entropy  \(Format.number(entropy.mean)) nats a token, \(Format.count(entropy.tokens)) tokens "
                + "(\(entropy.source.rawValue))",
        ]
        for (name, stages) in [("step", entropy.steps), ("policy version", entropy.versions)] {
            guard stages.count > 1, let first = stages.first, let last = stages.last else { continue }
            lines.append(
                "  by \(name): \(Format.number(first.entropy)) at \(first.number) → \(Format.number(last.entropy)) at "
                    + "\(last.number)  \(spark(stages.map(\.entropy)))")
        }
        if let fit = entropy.fit {
            lines.append(
                "  R = -\(Format.number(fit.a)) e^H + \(Format.number(fit.b)), ceiling \(Format.number(fit.ceiling)), "
                    + "R² \(Format.number(fit.r2))")
        }
        if let covariance = entropy.covariance {
            lines.append("  covariance of log-probability and advantage \(Format.number(covariance))")
        }
        let forking = entropy.forkingTokens.prefix(8).map { token in
            token.text.map { "'\(TerminalText.safe($0))'" } ?? "#\(token.id)"
        }
        if !forking.isEmpty {
            lines.append(
                TerminalText.cut(
                    "  forking tokens (from \(Format.number(entropy.forkingThreshold)) nats): "
                        + forking.joined(separator: " "), to: 118))
        }
        for warning in entropy.warnings { lines.append("  warning: \(warning.message) (rule \(warning.rule))") }
        return lines
    }

    /// Trainer against sampler.
    static func mismatch(_ mismatch: MismatchSection) -> [String] {
        var lines = [
            "",
            "trainer against sampler  \(Format.count(mismatch.tokens)) tokens: mean |Δ log p| "
                + "\(Format.number(mismatch.meanAbsolute)), KL \(Format.number(mismatch.k3)) (k3), "
                + "χ² \(Format.number(mismatch.chiSquare)), effective sample size "
                + Format.percent(mismatch.effectiveSampleShare),
        ]
        let worst = mismatch.worst.prefix(3).map {
            "completion \($0.completion) token \($0.position): \(Format.number($0.difference))"
        }
        if !worst.isEmpty { lines.append("  largest: " + worst.joined(separator: ", ")) }
        return lines
    }

    /// One line per verifier beside the others; nothing where there is one alone.
    static func verifiers(_ section: VerifierSection) -> [String] {
        if section.verifiers.count < 2 { return [] }
        var lines = ["", "verifiers"]
        for health in section.verifiers {
            let outcomes = health.outcomes.sorted { $0.key < $1.key }.map { "\($0.key) \(Format.count($0.value))" }
            lines.append(
                TerminalText.cut(
                    "  \(TerminalText.safe(health.name)): \(outcomes.joined(separator: ", ")), "
                        + "\(Format.number(health.meanMilliseconds)) ms each", to: 118))
        }
        for pair in section.agreements {
            lines.append(
                TerminalText.cut(
                    "  \(TerminalText.safe(pair.first)) and \(TerminalText.safe(pair.second)) agree on "
                        + "\(Format.percent(Rate(count: pair.agree, of: pair.both).share)) of \(Format.count(pair.both)), "
                        + "κ \(Format.number(pair.kappa))", to: 118))
        }
        return lines
    }

    /// A curve in block characters, at most 40 of them.
    private static func spark(_ values: [Double]) -> String {
        let blocks = Array("▁▂▃▄▅▆▇█")
        let step = max(1, (values.count + 39) / 40)
        let kept = stride(from: 0, to: values.count, by: step).map { values[$0] }
        guard let high = kept.max(), let low = kept.min(), high > low else { return "" }
        return String(kept.map { blocks[Int(clamping: ($0 - low) / (high - low) * 8, to: 0...7, .down)] })
    }
}
