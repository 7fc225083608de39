import Experience
import Numbers

/// What later sections join token arrays with, in some 24 bytes a completion: a report is of a million.
struct JudgedCompletions {
    /// Of one completion.
    struct Entry {
        var completion: Int64
        /// Of every token; NaN for none.
        private var value = Double.nan
        var outcome: Outcome?
        /// Whether its advantages differ by token.
        var hasTokenAdvantages = false

        init(_ completion: Int64, outcome: Outcome? = nil, advantage: Double? = nil, hasTokenAdvantages: Bool = false) {
            (self.completion, self.outcome, self.hasTokenAdvantages) = (completion, outcome, hasTokenAdvantages)
            value = advantage ?? .nan
        }

        /// Of every token.
        var advantage: Double? { value.isNaN ? nil : value }
    }

    private var entries: [Entry] = []
    /// Tokens of the completions that say how many they have, and how many say so.
    private var (tokens, counted) = (0, 0)

    mutating func add(_ entry: Entry, tokens count: Int?) {
        entries.append(entry)
        guard let count else { return }
        tokens = tokens.addingSaturated(max(0, count))
        counted += 1
    }

    /// Makes the entries ready to be looked up.
    mutating func finish() {
        // As a run's completions mostly come; to sort them would take half their room again.
        let isSorted = zip(entries, entries.dropFirst()).allSatisfy { $0.completion <= $1.completion }
        if !isSorted { entries.sort { $0.completion < $1.completion } }
    }

    /// What is known of a completion; nothing of one that was not added.
    subscript(completion: Int64) -> Entry {
        var (low, high) = (0, entries.count)
        while low < high {
            let middle = (low + high) / 2
            if entries[middle].completion < completion { low = middle + 1 } else { high = middle }
        }
        return low < entries.count && entries[low].completion == completion ? entries[low] : Entry(completion)
    }

    /// Every how-manieth of `count` arrays, one per completion, is to be read so that some `budget` tokens are; those that say
    /// nothing of their length are taken to be as long as the others.
    func stride(of count: Int, budget: Int) -> Int {
        max(1, Int(clamping: expected(count) / Double(budget), to: 1...1 << 40, .up))
    }

    /// Tokens of so many completions.
    func expected(_ count: Int) -> Double { Double(count) * (counted > 0 ? Double(tokens) / Double(counted) : 4096) }
}
