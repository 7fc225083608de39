import Foundation
import Optim
import Testing

@Suite struct PackOptionsTests {
    private typealias Change = @Sendable (inout PackOptions) -> Void

    @Test("Every option is part of a pack's identity, and comes back as it was")
    func everyOptionIsKept() throws {
        let changes: [Change] = [
            { $0.dropsUniform.toggle() }, { $0.minMean = 0.1 }, { $0.maxMean = 0.9 }, { $0.forkingQuantile = 0.8 },
            { $0.entropyAlpha = 0.4 }, { $0.entropyKappa = 3 }, { $0.masksTruncated.toggle() },
            { $0.allowsTextOnly.toggle() },
            { $0.maxStaleness = 2 }, { $0.aggregation = .tokenSum }, { $0.constantLength = 100 },
            { $0.correction.level = .sequence }, { $0.correction.treatment = .mask }, { $0.correction.lower = 0.5 },
            { $0.correction.upper = 3 }, { $0.correction.normalizesBatch = true }, { $0.filterBy = "reward" },
            { $0.rejection = "token_k1" }, { $0.rejectionThresholds = "0.5_2" }, { $0.veto = 1e-4 },
        ]
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        var seen = Set([try encoder.encode(PackOptions())])
        for (index, change) in changes.enumerated() {
            var options = PackOptions()
            change(&options)
            let data = try encoder.encode(options)
            #expect(seen.insert(data).inserted, "change \(index)")
            #expect(try JSONDecoder().decode(PackOptions.self, from: data) == options, "change \(index)")
        }
    }

    private static func fault(_ change: Change) -> String? {
        var options = PackOptions()
        change(&options)
        return refusedKey { try options.validate() }
    }

    @Test("What lies on a bound is taken, what lies beyond it is refused by name")
    func bounds() {
        let taken: [Change] = [
            { _ in }, { $0.maxStaleness = 0 }, { ($0.minMean, $0.maxMean) = (0.1, 0.2) }, { $0.forkingQuantile = 0 },
            { $0.forkingQuantile = 1 }, { $0.entropyAlpha = 0 }, { $0.entropyKappa = 1.01 }, { $0.constantLength = 1 },
            { ($0.correction.lower, $0.correction.upper) = (2, 2) }, { $0.filterBy = "component.format" },
            { $0.veto = 0.5 }, { ($0.rejection, $0.rejectionThresholds) = ("token_k1", "0.5_2") },
        ]
        for (index, change) in taken.enumerated() { #expect(Self.fault(change) == nil, "\(index)") }
        let refused: [(String, Change)] = [
            ("pack.max_staleness", { $0.maxStaleness = -1 }),
            ("pack.min_mean", { ($0.minMean, $0.maxMean) = (0.2, 0.2) }),
            ("pack.forking_quantile", { $0.forkingQuantile = 1.1 }), ("pack.entropy_alpha", { $0.entropyAlpha = -0.1 }),
            ("pack.entropy_alpha", { $0.entropyAlpha = .infinity }), ("pack.entropy_kappa", { $0.entropyKappa = 1 }),
            ("pack.constant_length", { $0.constantLength = 0.9 }),
            ("pack.importance_lower", { ($0.correction.lower, $0.correction.upper) = (2, 1.9) }),
            ("pack.filter_by", { $0.filterBy = "component." }), ("pack.filter_by", { $0.filterBy = "scores" }),
            ("pack.veto", { $0.veto = 0 }), ("pack.veto", { $0.veto = 1 }),
            ("pack.rejection", { $0.rejection = "token_k1" }),
            ("pack.rejection", { $0.rejectionThresholds = "0.5_2" }),
            ("pack.importance_lower", { $0.correction.lower = -1 }),
            ("pack.importance_upper", { $0.correction.upper = 0 }),
            // Bounds the wrong way round reject every token, and what is no number none.
            ("pack.rejection", { ($0.rejection, $0.rejectionThresholds) = ("token_k1", "2_0.5") }),
            ("pack.rejection", { ($0.rejection, $0.rejectionThresholds) = ("token_k3", "0.5_x") }),
            ("pack.rejection", { ($0.rejection, $0.rejectionThresholds) = ("token_k3", "x_0.5") }),
            ("pack.rejection", { ($0.rejection, $0.rejectionThresholds) = ("token_k3", "inf") }),
            ("pack.rejection", { ($0.rejection, $0.rejectionThresholds) = ("token_k1,", "0.5_2") }),
            ("pack.rejection", { ($0.rejection, $0.rejectionThresholds) = ("token_k3", "0.5_2") }),
        ]
        for (key, change) in refused { #expect(Self.fault(change) == key, "\(key)") }
    }

    @Test("Groups of equal scores are left out early where nothing else may teach them")
    func uniformScores() {
        var options = OptimizeOptions()
        options.pack.dropsUniform = true
        #expect(options.dropsUniformScores)
        options.preset = "gigpo"
        #expect(!options.dropsUniformScores)
        // What cannot be read says nothing of what it may teach.
        options.preset = "no such estimator"
        #expect(options.dropsUniformScores)
        options.pack.filterBy = "reward"
        #expect(!options.dropsUniformScores)
    }
}
