import Experience
import JSON

/// A reward server's request and answer.
public enum RemoteProtocol: String, Sendable, CaseIterable {
    /// Our own `POST /v1/verify`, in batches.
    case assay
    /// NeMo-Gym's `/verify`, one item per request.
    case nemoGym = "nemo_gym"
    /// OpenRLHF's `/get_reward`, in batches.
    case openRLHF = "openrlhf"

    var takesBatches: Bool { self != .nemoGym }

    func request(_ items: [VerificationItem], verifier: String?) -> [UInt8] {
        let json: JSONValue
        switch self {
        case .assay:
            var members: [JSONValue.Member] = verifier.map { [.init("verifier", .string($0))] } ?? []
            members.append(.init("items", .array(items.map(Self.flat))))
            json = .object(members)
        case .nemoGym: json = Self.gym(items[0])
        case .openRLHF:
            json = [
                "query": .array(items.map { .string($0.problem.prompt.plainText + $0.completion.text) }),
                "prompts": .array(items.map { .string($0.problem.prompt.plainText) }),
                "labels": .array(items.map { $0.problem.answer.map(JSONValue.string) ?? .null }),
            ]
        }
        return json.bytes
    }

    /// One verdict per item; throws a sentence when the answer is not what the protocol says.
    func verdicts(_ body: [UInt8], of items: [VerificationItem], correctAt: Double) throws -> [Verdict] {
        let json: JSONValue
        do { json = try JSONValue(parsing: body, maxDepth: 64) } catch {
            throw ReplyError("the answer is not JSON: \(error)")
        }
        var found: [Verdict]
        switch self {
        case .assay:
            let replies = json["verdicts"]?.arrayValue ?? []
            // Verdicts go by their place; a server that names items all the same must name the right ones.
            for (slot, (reply, item)) in zip(replies, items).enumerated() {
                guard let id = reply["id"], !id.isNull, (id.stringValue ?? id.text) != item.problem.id else { continue }
                throw ReplyError(
                    "verdict \(slot + 1) is of item \(id.text), not of '\(item.problem.id)': keep their order")
            }
            found = replies.map { Verdict(reply: $0, correctAt: correctAt) }
        case .nemoGym:
            guard let verdict = Verdict(gym: json, reason: "remote", correctAt: correctAt) else {
                throw ReplyError("the answer has no 'reward'")
            }
            found = [verdict]
        case .openRLHF:
            let rewards = json["rewards"]?.arrayValue ?? json["scores"]?.arrayValue ?? []
            found = rewards.map { Verdict(reply: ["score": $0, "reason": "remote"], correctAt: correctAt) }
            for member in json["extra_logs"]?.objectValue ?? [] {
                for (slot, value) in (member.value.arrayValue ?? []).enumerated() where slot < found.count {
                    if found[slot].score != nil { found[slot].components[member.key] = .some(value.doubleValue) }
                }
            }
        }
        guard found.count == items.count else { throw ReplyError("\(found.count) verdicts for \(items.count) items") }
        return found
    }

    /// The record with the members that every verifier shares.
    private static func flat(_ item: VerificationItem) -> JSONValue {
        let shared: [JSONValue.Member] = [
            .init("id", .string(item.problem.id)), .init("response", .string(item.completion.text)),
            .init("answer", item.problem.answer.map(JSONValue.string) ?? .null),
        ]
        let names = shared.map(\.key)
        return .object(shared + (item.problem.fields.value.objectValue ?? []).filter { !names.contains($0.key) })
    }

    private static func gym(_ item: VerificationItem) -> JSONValue {
        let output: JSONValue = [
            "id": "msg_0", "type": "message", "role": "assistant", "status": "completed",
            "content": [["type": "output_text", "text": .string(item.completion.text), "annotations": []]],
        ]
        let messages: Chat
        switch item.problem.prompt {
        case .text(let text): messages = [ChatMessage(role: "user", content: text)]
        case .chat(let chat): messages = chat
        }
        let own: [JSONValue.Member] = [
            .init(
                "responses_create_params",
                [
                    "input": messages.messagesJSON
                ]),
            .init(
                "response",
                [
                    "id": .string("resp_\(item.problem.id)"), "object": "response", "created_at": 0,
                    "model": .string(item.completion.model), "parallel_tool_calls": false, "tool_choice": "none",
                    "tools": [], "output": [output],
                ]),
        ]
        var fields = (item.problem.fields.value.objectValue ?? []).filter { field in
            !own.contains { $0.key == field.key }
        }
        if let answer = item.problem.answer, !fields.contains(where: { $0.key == "expected_answer" }) {
            fields.append(.init("expected_answer", .string(answer)))
        }
        return .object(own + fields)
    }
}
