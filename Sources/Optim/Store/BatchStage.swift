public import Experience
import Foundation
import JSON
import Numbers

/// Packs an advantage set into batches for a trainer, each of `batchGroups` groups in the run's order.
///
/// A group is packed once per advantage set, when all its completions are there; a batch is one transaction.
public struct BatchStage: Sendable {
    /// What the stage did.
    public struct Summary: Sendable, Hashable {
        /// The batches it made.
        public var batches: [BatchInfo] = []
        /// Groups left out because all their scores are equal.
        public var uniformGroups = 0
        /// Groups left out because their mean score is outside `min_mean` and `max_mean`.
        public var maskedGroups = 0
        /// Completions left out, by reason: no token ids, none of the prompt, no log-probs, too stale, or why they have no
        /// advantage.
        public var dropped: [String: Int] = [:]
        /// Groups that were in batches of the set before.
        public var packedBefore = 0
        /// Batches that were taken back to be packed again.
        public var withdrawn = 0
    }

    private let store: Store
    private let run: Run
    private let set: Int64
    private let options: OptimizeOptions
    private let mayTeachAlike: Bool

    /// The stage for one advantage set of a run.
    public init(store: Store, run: Run, set: Int64, options: OptimizeOptions) {
        self.store = store
        self.run = run
        self.set = set
        self.options = options
        mayTeachAlike = options.mayTeachAlike
    }

    /// Packs what is ready. With `includesPartial` the last batch may have fewer groups than `batchGroups`; with `again` the
    /// batches that no trainer has or had are taken back first, and their groups packed with the rest.
    ///
    /// Throws `ConfigProblem` when the set was packed with other options, and not `again`.
    public func run(includesPartial: Bool, again: Bool = false) async throws -> Summary {
        var summary = Summary()
        summary.withdrawn = try await settleOptions(again: again)
        summary.packedBefore = try await packedGroups()
        var next: Int? = 0
        while true {
            var sequences: [PackedSequence] = []
            var groups = 0
            // Uniform groups make room for others: the batch keeps its size.
            while groups < options.batchGroups, let from = next {
                let wanted = options.batchGroups - groups
                let found = try await read(from: from, limit: wanted)
                guard let last = found.last else { break }
                next = last.ordinal.adding(1)
                for group in found {
                    let kept = select(group, &summary)
                    if kept.isEmpty { continue }
                    sequences += kept
                    groups += 1
                }
            }
            guard groups == options.batchGroups || (includesPartial && groups > 0) else {
                try checkNeeds(summary)
                return summary
            }
            try await pack(sequences, &summary)
        }
    }

    /// Packs these groups into one batch; none when nothing in them can be trained on.
    public func run(groups: [Int64]) async throws -> Summary {
        var summary = Summary()
        let found = try await store.snapshot { [set, options] store in
            try store.groups(groups).map { try Self.group($0, set: set, options, store) }
        }
        let sequences = found.flatMap { select($0, &summary) }
        try await pack(sequences, &summary, settles: true)
        try checkNeeds(summary)
        return summary
    }

    // One batch of those that are fresh enough, if any are.
    private func pack(
        _ sequences: [PackedSequence], _ summary: inout Summary, settles: Bool = false
    ) async throws {
        let version = try await store.policyVersion(run: run)
        let oldest = options.pack.maxStaleness.map { version.subtracting($0) ?? .min } ?? .min
        let fresh = sequences.filter { $0.policyVersion >= oldest }
        if fresh.count < sequences.count { summary.dropped["tooStale", default: 0] += sequences.count - fresh.count }
        if fresh.isEmpty { return }
        let packed = try BatchPacker(set: set, policyVersion: version, options: options.pack).pack(fresh)
        summary.batches.append(try await store.add(packed, run: run, settles: settles))
    }

    private struct Group: Sendable {
        var ordinal: Int
        /// Of the scored completions, also of those without an advantage: what a filter looks at.
        var scores: [Double] = []
        var sequences: [PackedSequence] = []
        var undefined: [String: Int] = [:]
    }

    /// Keeps the options that the set is packed with.
    /// - Returns: how many batches were taken back for them.
    private func settleOptions(again: Bool) async throws -> Int {
        let packing = try JSONValue(parsing: JSONEncoder().encode(options.pack)).canonical
        if !again, let earlier = try await store.packing(set: set), earlier != packing, try await packedGroups() > 0 {
            let keys = (packing.objectValue ?? []).map(\.key) + (earlier.objectValue ?? []).map(\.key)
            let key = keys.first { packing[$0] != earlier[$0] } ?? ""
            throw ConfigProblem(
                "optimize.pack.\(key)",
                "set \(set) is packed with \(earlier[key]?.text ?? "none"), not \(packing[key]?.text ?? "none"); --repack "
                    + "packs again what no trainer has or had")
        }
        return try await store.keep(packing: packing, set: set, withdraws: again)
    }

    private func packedGroups() async throws -> Int {
        try await store.snapshot { [set] in try $0.packedGroupCount(set: set) }
    }

    private func read(from ordinal: Int, limit: Int) async throws -> [Group] {
        try await store.snapshot { [run, set, options] store in
            try store.unpackedGroups(run: run, set: set, from: ordinal, limit: limit)
                .map { try Self.group($0, set: set, options, store) }
        }
    }

    private static func group(
        _ group: StoredGroup, set: Int64, _ options: OptimizeOptions, _ store: StoreSnapshot
    ) throws -> Group {
        var result = Group(ordinal: group.ordinal)
        try store.forEachPackable(of: group, set: set) { row in
            // Also of a completion without an advantage, but never of one without a score; once for all rows of an episode.
            if let score = try row.score, try row.piece == 0 {
                switch options.pack.filterComponent {
                case nil:
                    result.scores += options.pack.filterBy == "reward" ? [try row.reward].compactMap { $0 } : [score]
                case let name?: result.scores += [try row.components?[name]?.doubleValue].compactMap { $0 }
                }
            }
            if let reason = try row.reason {
                if try row.piece == 0 { result.undefined[reason, default: 0] += 1 }
                return
            }
            var sequence = try PackedSequence(row, group: group)
            if options.pack.needsEntropies, sequence.text == nil, sequence.piece == 0 {
                sequence.entropies = try entropies(of: sequence, options, store)
            }
            result.sequences.append(sequence)
        }
        return result
    }

    // The sequences of a group that a trainer can use.
    private func select(_ group: Group, _ summary: inout Summary) -> [PackedSequence] {
        summary.dropped.merge(group.undefined, uniquingKeysWith: +)
        var filter = options.pack.groupFilter
        // Only where no advantage is another than 0 is there nothing to learn.
        if mayTeachAlike, group.sequences.contains(where: \.hasSignal) { filter.dropsUniform = false }
        switch filter.reason(scores_G: group.scores) {
        case .uniform:
            summary.uniformGroups += 1
            return []
        case .outsideRange:
            summary.maskedGroups += 1
            return []
        case .unscored, nil: break
        }
        return group.sequences.filter { sequence in
            guard let reason = sequence.obstacle(options.pack) else { return true }
            summary.dropped[reason, default: 0] += 1
            return false
        }
    }

    /// Entropies of a completion's tokens: the trainer's, or the middle of the bounds from the sampler's candidates; none
    /// where neither is there, or cannot be read.
    private static func entropies(
        of sequence: PackedSequence, _ options: OptimizeOptions, _ store: StoreSnapshot
    ) throws -> [Double] {
        switch try store.entropySource(of: sequence.completion) {
        case nil: return []
        case .trainer(let values): return values.map { Double($0) }
        case .candidates(let values, let width):
            guard let vocabularySize = options.vocabularySize else { return [] }
            do {
                let bounds = try TokenEntropy.preciseIntervals(
                    topLogprobs_TK: values, width: width, vocabularySize: vocabularySize)
                return zip(bounds.lower_T, bounds.upper_T).map { ($0 + $1) / 2 }
            } catch is OptimError {
                // Counted as a completion without entropies.
                return []
            }
        }
    }

    // What no completion has is an error of the configuration that asks for it.
    private func checkNeeds(_ summary: Summary) throws {
        guard summary.batches.isEmpty else { return }
        if let count = summary.dropped["noTrainerLogprobs"] {
            throw OptimError(
                count.counted("completion has", "completions have")
                    + " no log-probs of the trainer's, which optimize.pack.rejection, veto and off_policy_mask need: let the "
                    + "trainer write them (docs/trainers.md) and pack again")
        }
        guard let count = summary.dropped["noEntropies"] else { return }
        throw OptimError(
            count.counted("completion has", "completions have")
                + " no entropies per token, which optimize.pack.forking_quantile and entropy_alpha need: "
                + "sample with top_logprobs and set optimize.vocabulary_size, or let the trainer write an array 'entropy'"
        )
    }
}
