public import Experience
import JSON

/// A box or a point on an image, four or two numbers, against the gold box [x1, y1, x2, y2].
///
/// `iou`: intersection over union of the boxes. `point`: the point, or the box's centre, inside the gold box, edges
/// included. The last run of as many numbers as needed in the settled answer counts.
public struct GroundingVerifier: Verifier {
    /// What is asked for.
    public enum Task: String, Sendable, CaseIterable {
        /// A box.
        case iou
        /// A point in the gold box.
        case point
    }

    /// The registered name.
    public let name = "grounding"
    /// Raised when a verdict could change.
    public let version = "1"
    private let task: Task
    private let threshold: Double

    /// A verifier; an IoU from `threshold` on is correct.
    public init(_ task: Task = .iou, threshold: Double = 0.5) {
        self.task = task
        self.threshold = threshold
    }

    /// Adds it as "grounding".
    public static func register(in registry: inout VerifierRegistry) {
        registry.register(
            "grounding", summary: "boxes by IoU, or a point in the gold box",
            options: [("task", "iou or point (iou)"), ("threshold", "the IoU that is correct (0.5)")]
        ) { options in
            let reader = OptionsReader(options)
            return GroundingVerifier(
                try reader.choice("task", default: .iou),
                threshold: try reader.double("threshold", default: 0.5, in: 0...1))
        }
    }

    /// Judges one completion; see the type for the rules.
    public func verify(_ item: VerificationItem) async -> Verdict {
        let gold = NumericVerifier.numbers(in: item.problem.answer ?? "", thousands: false)
        guard gold.count == 4, gold[0] < gold[2], gold[1] < gold[3] else {
            return .verifierError(reason: "unparsedGold", explanation: "the gold answer is not a box x1, y1, x2, y2")
        }
        guard let text = SettledText.of(item.completion.text) else { return .noAnswer() }
        let numbers = NumericVerifier.numbers(in: text, thousands: false)
        switch task {
        case .iou:
            guard numbers.count >= 4 else { return .noAnswer() }
            let box = Array(numbers.suffix(4))
            // More than one box in the settled answer is a hedge.
            if numbers.count > 4 { return .incorrect(reason: "hedged", extracted: "\(numbers)") }
            return .graded(Self.overlap(box, gold), from: threshold, reason: "iou", extracted: "\(box)")
        case .point:
            guard numbers.count >= 2 else { return .noAnswer() }
            guard numbers.count == 2 || numbers.count == 4 else {
                return .incorrect(reason: "hedged", extracted: "\(numbers)")
            }
            let (x, y) =
                numbers.count == 2
                ? (numbers[0], numbers[1]) : ((numbers[0] + numbers[2]) / 2, (numbers[1] + numbers[3]) / 2)
            let isInside = x >= gold[0] && x <= gold[2] && y >= gold[1] && y <= gold[3]
            return isInside
                ? .correct(reason: "inside", extracted: "\(x), \(y)")
                : .incorrect(reason: "outside", extracted: "\(x), \(y)")
        }
    }

    /// Intersection over union; 0 for a box without area.
    static func overlap(_ a: [Double], _ b: [Double]) -> Double {
        let area = { (box: [Double]) in max(0, box[2] - box[0]) * max(0, box[3] - box[1]) }
        let common = area([max(a[0], b[0]), max(a[1], b[1]), min(a[2], b[2]), min(a[3], b[3])])
        let union = area(a) + area(b) - common
        return union > 0 ? common / union : 0
    }
}
