import Experience
import JSON
import Testing

@Suite struct SamplingParametersTests {
    private typealias Change = @Sendable (inout SamplingParameters) -> Void

    private static func fault(_ change: Change) -> String? {
        var sampling = SamplingParameters()
        change(&sampling)
        do { try sampling.validate() } catch { return (error as? ConfigProblem)?.key }
        return nil
    }

    @Test("What lies on a bound is taken, what lies beyond it is refused by name")
    func bounds() {
        let taken: [Change] = [
            { $0.n = 1 }, { $0.n = 65_536 }, { $0.temperature = 0 }, { $0.temperature = 100 }, { $0.topP = 1 },
            { $0.topP = 1e-9 }, { $0.topK = -1 }, { $0.minP = 0 }, { $0.minP = 0.999 }, { $0.maxTokens = 1 },
            { $0.topLogprobs = 0 }, { $0.topLogprobs = 100 }, { $0.stopTokenIDs = [0, 2_147_483_647] },
            { $0.minTokens = 0 }, { ($0.minTokens, $0.maxTokens) = (7, 7) }, { $0.extra = ["stream": .null] },
        ]
        for change in taken { #expect(Self.fault(change) == nil) }
        let refused: [(String, Change)] = [
            ("n", { $0.n = 0 }), ("n", { $0.n = 65_537 }), ("temperature", { $0.temperature = -0.01 }),
            ("temperature", { $0.temperature = 100.01 }), ("temperature", { $0.temperature = .nan }),
            ("top_p", { $0.topP = 0 }), ("top_p", { $0.topP = 1.01 }), ("top_k", { $0.topK = -2 }),
            ("min_p", { $0.minP = -0.01 }), ("min_p", { $0.minP = 1 }), ("max_tokens", { $0.maxTokens = 0 }),
            ("top_logprobs", { $0.topLogprobs = -1 }), ("top_logprobs", { $0.topLogprobs = 101 }),
            ("stop_token_ids", { $0.stopTokenIDs = [-1] }), ("stop_token_ids", { $0.stopTokenIDs = [2_147_483_648] }),
            ("min_tokens", { $0.minTokens = -1 }), ("min_tokens", { ($0.minTokens, $0.maxTokens) = (8, 7) }),
            ("extra", { $0.extra = ["stream": true] }), ("extra", { $0.extra = ["n": 2] }),
        ]
        for (key, change) in refused { #expect(Self.fault(change) == key) }
    }

    @Test func whatExtraSaysOfTheDistributionCounts() {
        var sampling = SamplingParameters()
        #expect(!sampling.isTruncated && sampling.distortion == nil)
        sampling.extra = ["temperature": 0.5, "sampling_params": ["top_k": 5], "options": ["min_p": 0.1]]
        let effective = sampling.effective
        #expect(effective.temperature == 0.5 && effective.topK == 5 && effective.minP == 0.1 && effective.isTruncated)
        sampling.extra = ["logit_bias": ["5": 1]]
        #expect(sampling.distortion == "logit_bias")
    }
}
