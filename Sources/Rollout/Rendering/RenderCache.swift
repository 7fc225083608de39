internal import Experience
internal import Synchronization

/// What a template and its tokenizer gave before: the episodes of a group begin alike, and many are told the same.
///
/// Holds about `limit` bytes: what was not asked for while half of that came in is forgotten.
final class RenderCache: Sendable {
    struct Key: Hashable, Sendable {
        var messages: [ChatMessage]
        /// The calls that the messages answer, where the rendering depends on them.
        var calls: [ToolCall] = []
        /// Whether they begin a dialogue.
        var begins: Bool
    }

    struct Rendered: Sendable {
        var text: String
        var ids: [Int32]

        fileprivate var bytes: Int { 256 + 2 * text.utf8.count + 4 * ids.count }
    }

    private struct State {
        var young: [Key: Rendered] = [:]
        var old: [Key: Rendered] = [:]
        var bytes = 0
    }

    private let limit: Int
    private let state = Mutex(State())

    init(limit: Int = 8 << 20) { self.limit = limit }

    /// What is known of `key`, or what `make` gives.
    func rendered(_ key: Key, _ make: () async throws -> Rendered) async throws -> Rendered {
        if let found = state.withLock({ Self.find(key, &$0, limit) }) { return found }
        let made = try await make()
        state.withLock { Self.keep(made, as: key, &$0, limit) }
        return made
    }

    private static func find(_ key: Key, _ state: inout State, _ limit: Int) -> Rendered? {
        if let found = state.young[key] { return found }
        guard let found = state.old.removeValue(forKey: key) else { return nil }
        keep(found, as: key, &state, limit)
        return found
    }

    private static func keep(_ rendered: Rendered, as key: Key, _ state: inout State, _ limit: Int) {
        // A text of a kind of its own is not worth forgetting the others for.
        guard rendered.bytes <= limit / 16, state.young[key] == nil else { return }
        if state.bytes + rendered.bytes > limit / 2 {
            state.old = state.young
            (state.young, state.bytes) = ([:], 0)
        }
        state.young[key] = rendered
        state.bytes += rendered.bytes
    }
}
