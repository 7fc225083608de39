import Experience

/// Lays sequences end to end, one column per field, with the loss reduction folded into a weight per token.
struct BatchPacker: Sendable {
    let set: Int64
    let policyVersion: Int
    let options: PackOptions

    /// The columns of a batch; throws `OptimError` when nothing in it can be trained on.
    func pack(_ sequences: [PackedSequence]) throws -> PackedBatch {
        let count = sequences.reduce(0) { $0 + $1.tokenIDs.count }
        var mask_T: [Bool] = []
        mask_T.reserveCapacity(count)
        for sequence in sequences {
            let isTrained = !(options.masksTruncated && sequence.isTruncated)
            for token in sequence.tokenIDs.indices {
                mask_T.append(isTrained && (sequence.mask.isEmpty || sequence.mask[token] == 1))
            }
        }
        var layout = try TokenLayout(lengths_N: sequences.map(\.tokenIDs.count), mask_T: mask_T)
        var advantages_T = advantages(sequences)
        layout = try rejecting(sequences, advantages_T, layout)
        if options.needsEntropies {
            let entropies_T = sequences.flatMap(\.entropies)
            if let alpha = options.entropyAlpha {
                advantages_T = try EntropyShaping.bonus(
                    advantages_T: advantages_T, entropies_T: entropies_T, layout: layout, alpha: alpha,
                    kappa: options.entropyKappa)
            }
            if let quantile = options.forkingQuantile {
                let forks_T = try EntropyShaping.forkingTokens(
                    entropies_T: entropies_T, layout: layout, quantile: quantile)
                layout = try TokenLayout(lengths_N: sequences.map(\.tokenIDs.count), mask_T: forks_T)
            }
        }
        let weights_T = try lossWeights(sequences, layout)
        var tensors = columns(sequences, advantages_T, layout)
        // A batch whose every token is masked has weights 0: it counts, and trains nothing.
        let folded = weights_T.value ?? [Double](repeating: 0, count: count)
        tensors.append(BatchTensor("loss_weights", "<f4", folded.map { Float($0) }))
        tensors += try offPolicy(sequences, layout)
        if options.allowsTextOnly { tensors += texts(sequences) }
        return PackedBatch(
            set: set, policyVersion: policyVersion,
            maxStaleness: options.maxStaleness ?? Int(Int32.max),
            tokens: count,
            items: sequences.map {
                .init(completion: $0.completion, piece: $0.piece, policyVersion: $0.policyVersion)
            },
            tensors: tensors)
    }

    // An episode is one row to the loss, however many rows a trainer gets of it.
    private func lossWeights(_ sequences: [PackedSequence], _ layout: TokenLayout) throws -> Statistic<[Double]> {
        var (lengths_N, groups_N): ([Int], [Int64]) = ([], [])
        for (row, sequence) in sequences.enumerated() {
            if row > 0, sequence.piece > 0, sequence.completion == sequences[row - 1].completion {
                lengths_N[lengths_N.count - 1] += sequence.tokenIDs.count
            } else {
                lengths_N.append(sequence.tokenIDs.count)
                groups_N.append(sequence.group)
            }
        }
        var parameters = LossAggregation.Parameters()
        parameters.constantLength = options.constantLength
        return try options.aggregation.weights(
            layout: TokenLayout(lengths_N: lengths_N, mask_T: layout.mask_T), groups: GroupIndex(ids: groups_N),
            parameters: parameters)
    }

    // The advantage of every token.
    private func advantages(_ sequences: [PackedSequence]) -> [Double] {
        var advantages_T: [Double] = []
        for sequence in sequences {
            if let advantage = sequence.advantage, sequence.tokenAdvantages.isEmpty {
                advantages_T += repeatElement(advantage, count: sequence.tokenIDs.count)
            } else {
                for advantage in sequence.tokenAdvantages { advantages_T.append(Double(advantage)) }
            }
        }
        return advantages_T
    }

    private func hasRatios(_ sequences: [PackedSequence]) -> Bool {
        sequences.allSatisfy { $0.trainerLogprobs.count == $0.tokenIDs.count && $0.unusable == nil }
    }

    // Without the loss tokens that a rule rejects, one after the other, those of negative advantage in rows that are far off
    // policy, and the rows that have a token below the veto.
    private func rejecting(
        _ sequences: [PackedSequence], _ advantages_T: [Double], _ start: TokenLayout
    ) throws -> TokenLayout {
        let rules = try options.rejectionRules()
        guard !rules.isEmpty || options.veto != nil || options.offPolicyMask != nil, hasRatios(sequences) else {
            return start
        }
        var layout = start
        let trainer_T = sequences.flatMap(\.trainerLogprobs).map { Double($0) }
        let sampler_T = sequences.flatMap(\.logprobs).map { Double($0) }
        for rule in rules where layout.lossTokens > 0 {
            let judged = try rule.evaluate(trainer_T: trainer_T, sampler_T: sampler_T, layout: layout)
            guard let mask_T = judged.value?.mask_T else { continue }
            layout = try TokenLayout(lengths_N: sequences.map(\.tokenIDs.count), mask_T: mask_T)
        }
        if let threshold = options.offPolicyMask {
            let isNear_N = try SequenceWeights.offPolicyMask(
                advantages_N: sequences.map { _ in -1 }, new_T: trainer_T, sampler_T: sampler_T, layout: start,
                threshold: threshold)
            var mask_T = layout.mask_T
            for row in 0..<start.rows where !isNear_N[row] {
                for token in start[row] where advantages_T[token] < 0 { mask_T[token] = false }
            }
            layout = try TokenLayout(lengths_N: sequences.map(\.tokenIDs.count), mask_T: mask_T)
        }
        guard let veto = options.veto else { return layout }
        let least = log(veto)
        return layout.keeping(
            (0..<layout.rows).map { row in
                !start[row].contains { start.mask_T[$0] && trainer_T[$0] - sampler_T[$0] < least }
            })
    }

    private func columns(
        _ sequences: [PackedSequence], _ advantages_T: [Double], _ layout: TokenLayout
    ) -> [BatchTensor] {
        var (prompts, ids, logprobs) = ([Int32](), [Int32](), [Float]())
        ids.reserveCapacity(layout.tokens)
        logprobs.reserveCapacity(layout.tokens)
        var promptOffsets: [Int64] = [0]
        for sequence in sequences {
            prompts += sequence.promptIDs
            promptOffsets.append(Int64(prompts.count))
            ids += sequence.tokenIDs
            logprobs += sequence.logprobs
        }
        let pieces = sequences.map { Int32(clamping: $0.piece) }
        // Only episodes have more than one row of a completion.
        let ofEpisodes = pieces.contains { $0 > 0 } ? [BatchTensor("pieces", "<i4", pieces)] : []
        return ofEpisodes + [
            BatchTensor("prompt_ids", "<i4", prompts),
            BatchTensor("prompt_offsets", "<i8", promptOffsets),
            BatchTensor("token_ids", "<i4", ids),
            BatchTensor("token_offsets", "<i8", layout.starts.map { Int64($0) }),
            BatchTensor("logprobs", "<f4", logprobs),
            BatchTensor("advantages", "<f4", advantages_T.map { Float($0) }),
            BatchTensor("loss_mask", "|u1", layout.mask_T.map { $0 ? UInt8(1) : 0 }),
            BatchTensor("rewards", "<f8", sequences.map { $0.reward ?? .nan }),
            BatchTensor("groups", "<i8", sequences.map(\.group)),
            BatchTensor("completions", "<i8", sequences.map(\.completion)),
            BatchTensor("policy_versions", "<i4", sequences.map { Int32(clamping: $0.policyVersion) }),
        ]
    }

    // What a trainer needs of sequences without tokens; a sequence with tokens has an empty text.
    private func texts(_ sequences: [PackedSequence]) -> [BatchTensor] {
        func column(_ name: String, _ bytes: (PackedSequence) -> [UInt8]?) -> [BatchTensor] {
            var (all, offsets): ([UInt8], [Int64]) = ([], [0])
            for sequence in sequences {
                all += bytes(sequence) ?? []
                offsets.append(Int64(all.count))
            }
            return [BatchTensor("\(name)_text", "|u1", all), BatchTensor("\(name)_text_offsets", "<i8", offsets)]
        }
        return column("prompt") { $0.text?.prompt } + column("response") { $0.text?.response }
            + [BatchTensor("sequence_advantages", "<f8", sequences.map { $0.advantage ?? .nan })]
    }

    // Staleness where versions are known; importance weights where the trainer wrote log-probs for every sequence.
    private func offPolicy(_ sequences: [PackedSequence], _ layout: TokenLayout) throws -> [BatchTensor] {
        var tensors: [BatchTensor] = []
        if sequences.contains(where: { !$0.spans.isEmpty }) {
            // -1: no version is known for the token.
            let staleness_T = try sequences.filter { $0.text == nil }.flatMap { sequence in
                try Staleness.tokens(
                    spans: sequence.spans, count: sequence.tokenIDs.count,
                    trainerVersion: max(policyVersion, sequence.spans.map(\.version).max() ?? 0)
                ).map { Int32(clamping: $0 ?? -1) }
            }
            tensors.append(BatchTensor("staleness", "<i4", staleness_T))
        }
        guard hasRatios(sequences), layout.lossTokens > 0 else { return tensors }
        let trainer_T = sequences.flatMap(\.trainerLogprobs)
        let weights = try options.correction.weights(
            trainer_T: trainer_T.map { Double($0) },
            sampler_T: sequences.flatMap(\.logprobs).map { Double($0) }, layout: layout)
        guard let weights_T = weights.value else { return tensors }
        tensors.append(BatchTensor("trainer_logprobs", "<f4", trainer_T))
        tensors.append(BatchTensor("importance_weights", "<f4", weights_T.map { Float($0) }))
        return tensors
    }
}
