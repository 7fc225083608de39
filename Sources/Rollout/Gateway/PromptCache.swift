internal import Experience
internal import Synchronization

/// Rendered messages by what they were rendered from: the episodes of a group begin alike, and tools answer alike.
///
/// Two generations: what is asked for in the older one moves to the younger, and the older is forgotten when that is full.
final class PromptCache: Sendable {
    struct Key: Hashable, Sendable {
        var url: String
        var tools: [Tool]
        var messages: [AgentMessage]
        /// The calls that the messages answer; nil for a whole prompt.
        var answered: [ToolCall]?
    }

    struct Entry: Sendable {
        var text: String
        var ids: [Int32]
    }

    private struct State {
        var young: [Key: Entry] = [:]
        var old: [Key: Entry] = [:]
        var bytes = 0
    }

    // Of one generation; an entry's text stands in key and value.
    private static let mostBytes = 32 << 20
    private let state = Mutex(State())

    func entry(_ key: Key, make: () async throws -> (text: String, ids: [Int32])) async throws -> Entry {
        if let known = state.withLock({ $0.young[key] }) { return known }
        if let known = state.withLock({ $0.old[key] }) {
            keep(known, key)
            return known
        }
        let made = try await make()
        let entry = Entry(text: made.text, ids: made.ids)
        keep(entry, key)
        return entry
    }

    private func keep(_ entry: Entry, _ key: Key) {
        state.withLock { state in
            state.bytes += 2 * entry.text.utf8.count + 4 * entry.ids.count + 256
            if state.bytes > Self.mostBytes {
                (state.old, state.young, state.bytes) = (state.young, [:], 0)
            }
            state.young[key] = entry
        }
    }
}
