import Experience
import HTTPTypes

extension Verdict {
    /// The reward for a protocol that has no word for "not judged": our own failure is an HTTP error, which trainers try
    /// again, never a number.
    func reward() throws -> Double {
        if let score { return score }
        throw APIError(
            status: .serviceUnavailable, code: outcome.rawValue,
            message: "not judged (\(reason)): \(explanation ?? "see the verifier's log")", retryAfter: 1)
    }
}
