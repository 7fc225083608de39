import Experience
import Verifiers

/// Asks the run's verifier while an episode goes on.
struct AnswerJudge: Sendable {
    private let verifier: any Verifier
    private let environment: String

    /// Part of an environment's version: with another verifier the same actions are answered in another way.
    var version: String { "\(verifier.name) \(verifier.version)" }

    init(_ environment: String, _ context: EnvironmentContext) throws(EnvironmentOptionsError) {
        guard let verifier = context.verifier else {
            throw EnvironmentOptionsError(
                "the environment '\(environment)' asks a verifier after each answer: configure one under 'verifier'")
        }
        self.verifier = verifier
        self.environment = environment
    }

    /// A verdict with a score. One without is the verifier's failure and no answer to the policy.
    func verdict(on text: String, of problem: Problem) async throws(EnvironmentError) -> Verdict {
        let item = VerificationItem(problem: problem, completion: Completion(text: text))
        guard let verdict = await verifier.verdicts(of: [item]).first, verdict.score != nil else {
            let verdict = await failed(item)
            throw verdict
        }
        return verdict
    }

    private func failed(_ item: VerificationItem) async -> EnvironmentError {
        let fault = await verifier.goldFault(of: item.problem)?.reason
        return EnvironmentError(
            Task.isCancelled ? .lost : .contract,
            "'\(verifier.name)' could not judge an answer to problem '\(item.problem.id.cut(to: 80))' in '\(environment)'"
                + (fault.map { ": \($0)" } ?? "; `assay verify` says more"))
    }
}

/// Begins episodes in which the run's verifier judges each answer.
protocol JudgedMaker: EpisodeMaker {
    var judge: AnswerJudge { get }
}

extension JudgedMaker {
    var version: String { "1 \(judge.version)" }
    var judges: Bool { true }
}

extension Verdict {
    /// Of an episode in which nothing was tried.
    static var noTry: Verdict {
        .noAnswer(reason: "noTry", explanation: "the episode ended before an answer was given")
    }
}
