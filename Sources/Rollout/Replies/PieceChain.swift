/// Tells whether the pieces of a stream's text are differences or each the whole so far, as DashScope without
/// `incremental_output` sends them: then every piece begins with the one before it.
struct PieceChain: Sendable {
    /// The newest piece, which is all the text where each is the whole so far.
    private(set) var whole = ""
    /// Whether each began with the one before it.
    private(set) var holds = true
    /// Pieces that are not empty, and those of them that said more than the one before.
    private(set) var count = 0
    private(set) var growths = 0
    private var firstLength = 0

    mutating func add(_ piece: String) {
        guard holds, !piece.isEmpty else { return }
        if count == 0 {
            firstLength = piece.utf8.count
        } else if piece.utf8.starts(with: whole.utf8) {
            if piece.utf8.count > whole.utf8.count { growths += 1 }
        } else {
            (holds, whole) = (false, "")
            return
        }
        whole = piece
        count += 1
    }

    /// Whether the pieces of a choice's texts, each list of which is on its own, are the whole so far. Differences can begin with
    /// one another only by chance: once, where the first is short.
    ///
    /// - Parameter tokens: how many tokens the server counts; differences are no more than those.
    static func areWholes(_ chains: [PieceChain], tokens: Int?) -> Bool {
        let used = chains.filter { $0.count > 0 || !$0.holds }
        guard used.allSatisfy(\.holds) else { return false }
        let growths = used.reduce(0) { $0 + $1.growths }
        let count = used.reduce(0) { $0 + $1.count }
        if growths >= 2 || used.contains(where: { $0.growths == 1 && $0.firstLength >= 8 }) { return true }
        guard let tokens, tokens > 0 else { return false }
        return count > tokens
    }
}
