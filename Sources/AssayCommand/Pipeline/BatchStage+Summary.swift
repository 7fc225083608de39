import Experience
import Optim

extension BatchStage.Summary {
    /// What was packed, and what of an earlier packing is there.
    var line: String {
        var line = batches.count.counted("batch", "batches") + " packed"
        if withdrawn > 0 { line += ", \(withdrawn) withdrawn for them" }
        if packedBefore > 0 { line += "; " + packedBefore.counted("group is", "groups are") + " in batches already" }
        return line
    }

    /// Whether completions were left out for want of token ids.
    var lacksIDs: Bool { dropped["noTokenIDs"] != nil || dropped["noPromptIDs"] != nil }

    /// What to do about completions without token ids.
    static let idsHint =
        " (no token ids, or none of the prompt: use a server that sends them, or pack the text with --allow-text-only)"
}
