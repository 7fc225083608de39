import Experience
import Foundation
import Optim
import Testing

/// `docs/estimators.md` holds a table of the presets. It is written by this test when `ASSAY_WRITE_DOCS` is set, and
/// compared with the code otherwise, so that the two cannot drift.
@Suite struct EstimatorDocsTests {
    static let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent("docs/estimators.md")
    static let marks = (begin: "<!-- presets: begin -->\n", end: "<!-- presets: end -->\n")

    static func defaults(_ estimator: AdvantageEstimator) -> String {
        var parts = ["baseline \(estimator.baseline.rawValue)", "scale \(estimator.scale.rawValue)"]
        if estimator.scale != .none { parts.append("eps \(estimator.eps)") }
        if [.group, .leaveOneOut, .batch].contains(estimator.scale) { parts.append("ddof \(estimator.ddof)") }
        if estimator.baseline == .passK { parts.append("k \(estimator.k)") }
        if estimator.baseline == .running || estimator.baseline == .tracker { parts.append("decay \(estimator.decay)") }
        if let norm = estimator.gpgNorm { parts.append("gpg_norm \(norm)") }
        if estimator.normalizesComponents { parts.append("normalizes components") }
        if estimator.normalizesRows { parts.append("normalizes_rows, eps \(estimator.eps), ddof \(estimator.ddof)") }
        if estimator.credit != .outcome { parts.append("credit \(estimator.credit.rawValue)") }
        if estimator.credit == .gae { parts.append("gamma \(estimator.gamma), lambda \(estimator.lambda)") }
        if estimator.credit.isOfTurns {
            parts.append("turn_rewards \(estimator.turnRewards.rawValue), turn_gamma \(estimator.turnGamma)")
        }
        if estimator.episodesByTurns { parts.append("episodes_by_turns") }
        if estimator.episodeWeight != 1 { parts.append("episode_weight \(estimator.episodeWeight)") }
        if estimator.gap != .carry { parts.append("gap \(estimator.gap.rawValue)") }
        if estimator.whitening != .none { parts.append("whitening \(estimator.whitening.rawValue)") }
        if estimator.arithmetic != .exact { parts.append("arithmetic \(estimator.arithmetic.rawValue)") }
        parts.append("lone row: \(estimator.singleton.rawValue)")
        return parts.joined(separator: ", ")
    }

    static var table: String {
        var text = "| preset | formula | defaults | paper | framework file | use |\n|---|---|---|---|---|---|\n"
        for preset in EstimatorPreset.all {
            text += "| `\(preset.name)` | \(preset.formula) | \(defaults(preset.estimator)) | \(preset.paper) "
            text += "| \(preset.framework) | \(preset.use) |\n"
        }
        return text
    }

    @Test func theTableIsTheCodes() throws {
        let text = try String(contentsOf: Self.file, encoding: .utf8)
        let parts = text.components(separatedBy: Self.marks.begin)
        let rest = try #require(parts.last?.components(separatedBy: Self.marks.end))
        try #require(parts.count == 2 && rest.count == 2)
        if ProcessInfo.processInfo.environment["ASSAY_WRITE_DOCS"] != nil {
            let written = parts[0] + Self.marks.begin + Self.table + Self.marks.end + rest[1]
            try written.write(to: Self.file, atomically: true, encoding: .utf8)
            return
        }
        #expect(rest[0] == Self.table, "run swift test --filter EstimatorDocsTests with ASSAY_WRITE_DOCS=1")
    }

    @Test func namesAreUniqueAndComplete() {
        let names = EstimatorPreset.all.map(\.name)
        #expect(Set(names).count == names.count)
        for preset in EstimatorPreset.all {
            #expect(preset.estimator.preset == preset.name)
            #expect(!preset.formula.isEmpty && !preset.paper.isEmpty && !preset.framework.isEmpty, "\(preset.name)")
        }
    }

    @Test func everyKeyOfTheConfigurationIsExplained() throws {
        let text = try String(contentsOf: Self.file, encoding: .utf8)
        for field in ShapingOptions.fields + PackOptions.fields + OptimizeOptions.fields {
            let isNamed = text.contains("`\(field.name)`") || text.contains("\(field.name): ")
            #expect(isNamed || field.name == "shaping" || field.name == "pack", "no word about \(field.name)")
        }
        for function in [
            "EntropyShaping.modulated", "ScoreShaping.preference", "SetAdvantage.diverse", "RejectionRule",
            "TurnReturns", "StepGroups", "ProgressShares", "TurnGAE", "TurnWeights", "UtteranceCritic",
            "EntropyBranching",
            "ForkTree", "HintGroups", "FuturePair",
        ] {
            #expect(text.contains("`\(function)`"))
        }
    }

    @Test func everyReasonIsExplained() throws {
        let text = try String(contentsOf: Self.file, encoding: .utf8)
        // These are of statistics alone.
        let ofReports: Set<Undefined> = [.noData, .degenerate, .tooLarge, .missingInput]
        for reason in Undefined.allCases where !ofReports.contains(reason) {
            #expect(text.contains("| `\(reason.rawValue)` |"), "no word about \(reason)")
        }
        for aggregation in LossAggregation.allCases { #expect(text.contains("`\(aggregation.rawValue)`")) }
    }

    /// The defaults that the tables state.
    @Test func theDefaultsAreTheTables() {
        let shaping = ShapingOptions()
        #expect(shaping.overlongFactor == 1 && shaping.laserAlpha == 0.5 && shaping.klBeta == 0)
        #expect(shaping.cosineCorrect == [1, 0.5] && shaping.cosineWrong == [-1, -0.5] && shaping.klHorizon == 10_000)
        #expect(shaping.klEstimator == .k1 && shaping.klTarget == nil && shaping.kimiWeight == nil)
        let pack = PackOptions()
        #expect(pack.dropsUniform && !pack.masksTruncated && pack.entropyKappa == 2 && pack.aggregation == .tokenMean)
        #expect(pack.correction.level == .token && pack.correction.treatment == .truncate && pack.correction.upper == 2)
    }
}
