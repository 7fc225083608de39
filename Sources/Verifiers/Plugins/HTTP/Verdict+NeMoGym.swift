package import Experience
package import JSON

extension Verdict {
    /// What NeMo-Gym's `/verify` answered; nil where it has no reward.
    ///
    /// The field must be a number there, also where the server failed: what it marks as no reward, in any of the ways in use, is
    /// none here.
    package init?(gym reply: JSONValue, reason: String, correctAt: Double) {
        if let failure = Self.gymFailure(reply) {
            self = .verifierError(reason: "remote", explanation: failure)
            return
        }
        guard let reward = reply["reward"] else { return nil }
        self = Verdict(
            reply: [
                "score": reward, "extracted": reply["extracted_answer"] ?? .null,
                "components": reply["reward_components"] ?? .null,
            ], correctAt: correctAt)
        if score != nil { self.reason = reason }
    }

    private static func gymFailure(_ reply: JSONValue) -> String? {
        let named = reply["_ng_failure_class"].flatMap { $0.isNull ? nil : $0.stringValue ?? $0.text }
        let isMasked = [reply["mask_sample"], reply["instance_config"]?["mask_sample"]].contains {
            $0?.boolValue == true
        }
        guard named != nil || isMasked else { return nil }
        return "the server has no reward: "
            + (reply["failure_reason"]?.stringValue ?? named ?? "it masks the sample").cut(to: 500)
    }
}
