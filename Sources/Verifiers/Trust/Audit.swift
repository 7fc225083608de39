public import Experience
import JSON

/// A verifier against labels: what it pays that it should not, and what it does not pay that it should.
public struct Audit: Sendable {
    /// Counts over labelled items; errors and time-outs are neither right nor wrong.
    public struct Counts: Sendable, Equatable {
        /// Labelled right and judged so.
        public var truePositives = 0
        /// Labelled wrong, judged correct: a reward for nothing.
        public var falsePositives = 0
        /// Labelled wrong and judged so.
        public var trueNegatives = 0
        /// Labelled right, judged incorrect: a punishment for nothing.
        public var falseNegatives = 0
        /// Not judged, by the verifier's own failure.
        public var failures = 0

        /// All items.
        public var total: Int { positives + negatives + failures }
        /// Judged items with a right label.
        public var positives: Int { truePositives + falseNegatives }
        /// Judged items with a wrong label.
        public var negatives: Int { trueNegatives + falsePositives }
        /// Judged as labelled.
        public var right: Int { truePositives + trueNegatives }

        /// Nothing counted yet.
        public init() {}

        mutating func add(label: Bool, verdict: Verdict) {
            switch (label, verdict.outcome.isScored, verdict.outcome == .correct) {
            case (_, false, _): failures += 1
            case (true, _, true): truePositives += 1
            case (true, _, false): falseNegatives += 1
            case (false, _, true): falsePositives += 1
            case (false, _, false): trueNegatives += 1
            }
        }
    }

    /// One item that was judged against its label, or not at all.
    public struct Example: Sendable {
        /// The row's category; empty when it has none.
        public var category: String
        /// What the label says.
        public var label: Bool
        /// What the verifier says.
        public var verdict: Verdict
        /// What was judged.
        public var item: VerificationItem
    }

    /// Usual names of the label's field.
    public static let labelNames = ["expected", "is_correct", "correct", "label", "gold_label", "human"]

    /// Over all rows.
    public private(set) var counts = Counts()
    /// By category, in order of appearance.
    public private(set) var byCategory: [(category: String, counts: Counts)] = []
    /// Every item that was not judged as labelled.
    public private(set) var examples: [Example] = []
    /// The verdict of every row, by id, for a comparison with another verifier.
    public private(set) var outcomes: [Outcome] = []
    private var slots: [String: Int] = [:]
    private let labelField: String?
    private let categoryField: String

    /// An empty audit; without a label field the first usual name that a row has is taken.
    public init(labelField: String? = nil, categoryField: String = "category") {
        self.labelField = labelField
        self.categoryField = categoryField
    }

    /// Adds a judged row; false when it has no label that can be read.
    public mutating func add(_ verified: VerifiedRow) -> Bool {
        let row = verified.item.problem.fields
        guard let label = label(of: row) else { return false }
        let category = row.string(at: categoryField) ?? ""
        counts.add(label: label, verdict: verified.verdict)
        let slot =
            slots[category]
            ?? {
                byCategory.append((category, Counts()))
                slots[category] = byCategory.count - 1
                return byCategory.count - 1
            }()
        byCategory[slot].counts.add(label: label, verdict: verified.verdict)
        outcomes.append(verified.verdict.outcome)
        if verified.verdict.outcome.isScored == false || (verified.verdict.outcome == .correct) != label {
            examples.append(
                Example(category: category, label: label, verdict: verified.verdict, item: verified.item))
        }
        return true
    }

    private func label(of row: JSONRow) -> Bool? {
        for name in labelField.map({ [$0] }) ?? Self.labelNames {
            switch row.value(at: name) {
            case .bool(let flag)?: return flag
            case .number(let number)? where number.doubleValue == 0 || number.doubleValue == 1:
                return number.doubleValue == 1
            case .string(let text)?:
                switch text.lowercased() {
                case "true", "correct", "yes", "1", "pass": return true
                case "false", "incorrect", "no", "0", "fail": return false
                default: continue
                }
            default: continue
            }
        }
        return nil
    }
}

/// How two verifiers agree on the same rows.
public struct Agreement: Sendable, Equatable {
    /// Rows that both judged.
    public var both = 0
    /// Of those, judged alike.
    public var agreed = 0
    /// Correct for the first alone, and for the second alone.
    public var firstOnly = 0
    /// See `firstOnly`.
    public var secondOnly = 0
    /// Cohen's kappa (1960): agreement beyond chance; nil when chance alone would agree always.
    public var kappa: Double?

    /// Compares outcomes row by row; rows that one of them could not judge are left out.
    public init(_ first: [Outcome], _ second: [Outcome]) {
        var correct = (first: 0, second: 0)
        for (left, right) in zip(first, second) where left.isScored && right.isScored {
            both += 1
            correct.first += left == .correct ? 1 : 0
            correct.second += right == .correct ? 1 : 0
            if (left == .correct) == (right == .correct) {
                agreed += 1
            } else if left == .correct {
                firstOnly += 1
            } else {
                secondOnly += 1
            }
        }
        guard both > 0 else { return }
        let n = Double(both)
        let (p, q) = (Double(correct.first) / n, Double(correct.second) / n)
        let chance = p * q + (1 - p) * (1 - q)
        if chance < 1 { kappa = (Double(agreed) / n - chance) / (1 - chance) }
    }
}
