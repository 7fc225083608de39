import Experience
import HTTPTypes
import Verifiers

extension VerifierEndpoint {
    /// The rewards for a protocol that has no word for "not judged": our own failure is an HTTP error, never a number. One that
    /// trainers try again where that may help, and a final one where the row itself is at fault.
    func rewards(of items: [VerificationItem], _ verdicts: [Verdict]) async throws -> [Double] {
        if let scores = Self.scores(verdicts) { return scores }
        var passing: APIError?
        for (index, (item, verdict)) in zip(items, verdicts).enumerated() where verdict.score == nil {
            let row = items.count > 1 ? "row \(index): " : ""
            if let fault = await permanentFault(of: item, verdict) {
                throw APIError.permanent("\(row)\(fault)")
            }
            let why = verdict.explanation ?? "see the verifier's log"
            if passing == nil {
                passing = APIError(
                    status: .serviceUnavailable, code: verdict.outcome.rawValue,
                    message: "\(row)not judged (\(verdict.reason)): \(why)", retryAfter: 1)
            }
        }
        throw passing ?? .overloaded("not judged")
    }

    private static func scores(_ verdicts: [Verdict]) -> [Double]? {
        var scores: [Double] = []
        scores.reserveCapacity(verdicts.count)
        for verdict in verdicts {
            guard let score = verdict.score else { return nil }
            scores.append(score)
        }
        return scores
    }
}
