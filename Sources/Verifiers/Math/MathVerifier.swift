public import Experience
import JSON

/// Judges mathematical answers by value. See `docs/math.md`.
public struct MathVerifier: Verifier {
    /// "math".
    public let name = "math"
    /// Changes with every change of a verdict.
    public let version = "7"
    /// The policies in force.
    public let options: MathOptions

    /// A verifier with the given policies.
    public init(options: MathOptions = MathOptions()) {
        self.options = options
    }

    /// Registers the verifier as "math".
    public static func register(in registry: inout VerifierRegistry) {
        registry.register(
            "math", summary: "mathematical answers by value: LaTeX or plain text against the gold answer",
            options: MathOptions.summaries, renamed: MathOptions.renamed
        ) { json in MathVerifier(options: try MathOptions(json)) }
    }

    /// Why nothing can be graded against the problem's answer.
    public func goldFault(of problem: Problem) async -> GoldFault? {
        guard let gold = problem.answer else { return .absent }
        do {
            return MathGrader.fault(of: gold, options: try options.stated(by: problem.fields))
        } catch {
            return GoldFault(.unreadable, "\(error)")
        }
    }

    /// Grades the completion's text against the problem's answer.
    public func verify(_ item: VerificationItem) async -> Verdict {
        guard let gold = item.problem.answer else {
            return .verifierError(
                reason: MathReason.unparsedGold.rawValue,
                explanation: "problem '\(item.problem.id)' has no gold answer; map its column to 'answer'")
        }
        do {
            let options = try options.stated(by: item.problem.fields)
            return Verdict(MathGrader.grade(gold: gold, prediction: item.completion.text, options: options))
        } catch {
            return Verdict(.unread(GoldFault(.unreadable, "\(error)")))
        }
    }
}

extension Verdict {
    /// The verdict on a graded answer. A gold at fault is an error of ours, never a zero for the completion.
    public init(_ grade: MathGrade) {
        let reason = grade.reason.rawValue
        if let fault = grade.goldFault {
            self = .verifierError(
                reason: reason, explanation: "\(fault.reason); correct the gold answer or drop the problem")
            details = ["gold_fault": .string(fault.kind.rawValue)]
            return
        }
        switch grade.reason {
        case .equal: self = .correct(reason: reason, extracted: grade.extracted, explanation: grade.rule)
        case .noAnswer: self = .noAnswer(reason: reason, explanation: grade.rule)
        case .different, .unparsedPrediction, .undecided, .budget, .unparsedGold:
            self = .incorrect(reason: reason, extracted: grade.extracted, explanation: grade.rule)
        }
    }
}
