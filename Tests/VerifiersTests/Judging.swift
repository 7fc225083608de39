import Experience
import JSON
import Verifiers

/// One verdict of a registered verifier.
func verdict(
    _ name: String, _ response: String, gold: String? = nil, options: JSONValue = .object([]),
    fields: JSONValue = .object([])
) async throws -> Verdict {
    let verifier = try VerifierRegistry.standard.make(name, options: options)
    let item = VerificationItem(
        problem: Problem(id: "1", answer: gold, fields: JSONRow(fields)), completion: Completion(text: response))
    let verdict = await verifier.verify([item])[0]
    await verifier.shutdown()
    return verdict
}
