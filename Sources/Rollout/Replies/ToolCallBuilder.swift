internal import JSON

/// The calls of tools in an answer, whole or in the pieces of a stream.
struct ToolCallBuilder: Sendable {
    private struct Call: Sendable {
        var index: Int
        var id = ""
        var name = ""
        var arguments = ""
        var chain = PieceChain()

        /// The arguments joined, or the last piece where each was the whole so far.
        var wholeArguments: String {
            guard chain.holds, chain.count > 1, !Self.isJSON(arguments), Self.isJSON(chain.whole) else {
                return arguments
            }
            return chain.whole
        }

        static func isJSON(_ text: String) -> Bool { (try? JSONValue(parsing: text.utf8, maxDepth: 64)) != nil }
    }

    private var calls: [Call] = []

    var isEmpty: Bool { calls.isEmpty }

    /// Adds a piece of the call `index`: names come once, in each piece, or piece by piece; arguments piece by piece, or the
    /// whole so far.
    mutating func add(index: Int?, id: String?, name: String?, arguments: String?) {
        let index = index ?? (id == nil && !calls.isEmpty ? calls[calls.count - 1].index : calls.count)
        var slot = calls.lastIndex { $0.index == index }
        if let found = slot, let id, !id.isEmpty, !calls[found].id.isEmpty, calls[found].id != id { slot = nil }
        if slot == nil {
            calls.append(Call(index: index))
            slot = calls.count - 1
        }
        guard let slot else { return }
        if let id, !id.isEmpty { calls[slot].id = id }
        if let name {
            if name.utf8.starts(with: calls[slot].name.utf8) {
                calls[slot].name = name
            } else if !name.isEmpty {
                calls[slot].name += name
            }
        }
        guard let arguments, !arguments.isEmpty else { return }
        calls[slot].chain.add(arguments)
        // All of them again at the end.
        if arguments == calls[slot].arguments, arguments.utf8.count > 1, Call.isJSON(arguments) { return }
        calls[slot].arguments += arguments
    }

    /// `[{"id": …, "name": …, "arguments": …}, …]`, the arguments as the model wrote them; nil when there are none.
    func json() -> String? {
        if calls.isEmpty { return nil }
        var writer = JSONWriter()
        writer.array { list in
            for call in calls {
                list.object { writer in
                    if !call.id.isEmpty { writer.member("id", call.id) }
                    writer.member("name", call.name)
                    writer.member("arguments", call.wholeArguments)
                }
            }
        }
        return String(decoding: writer.bytes, as: UTF8.self)
    }
}
