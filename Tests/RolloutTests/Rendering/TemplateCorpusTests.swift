import Experience
import Foundation
import JSON
import Testing

@testable import Rollout

/// The chat templates of real families, each with what is right about it. Set ASSAY_JINJA to a Python with jinja2; ASSAY_DIALOGUES
/// to the random dialogues a template, 1,000 for the whole promise.
@Suite(.enabled(if: JinjaRenderer.isThere, "ASSAY_JINJA is not set, or ../shared/data/episodes is absent"))
struct TemplateCorpusTests {
    static let tools = [
        Tool(
            name: "search", description: "Runs search.",
            parameters: [
                "type": "object",
                "properties": [
                    "query": ["type": "string", "description": "The query."],
                    "limit": ["type": "integer", "description": "The limit."],
                ],
                "required": ["query"],
            ]),
        Tool(
            name: "python", description: "Runs python.",
            parameters: [
                "type": "object", "properties": ["code": ["type": "string", "description": "The code."]],
                "required": ["code"],
            ]),
    ]

    struct Family {
        var name: String
        var entry: JSONValue
        var renderer: JinjaRenderer
        var accepts: (withTools: Bool, withoutTools: Bool)
    }

    static func families(_ worker: JinjaRenderer.Worker) throws -> [Family] {
        let table = try JSONValue(parsing: Data(contentsOf: JinjaRenderer.data.appending(path: "templates.json")))
        return try (table.arrayValue ?? []).map { entry in
            let spec = try #require(entry["spec"])
            var variables = spec["special"] ?? .object([])
            if let off = spec["thinking_kwargs"]?["off"]?.arrayValue?.first {
                variables = variables.overlaid(with: off)
            }
            let words = ["end_tokens", "stop_tokens"].flatMap { spec[$0]?.arrayValue ?? [] }.compactMap(\.stringValue)
            let special = (spec["special"]?.objectValue ?? []).compactMap(\.value.stringValue).filter { !$0.isEmpty }
            let file = JinjaRenderer.data.appending(path: "templates/\(entry["file"]?.stringValue ?? "")").path
            return Family(
                name: entry["family"]?.stringValue ?? "", entry: entry,
                renderer: JinjaRenderer(
                    worker, file: file, variables: variables, marks: Array(Set(words + special)),
                    wantsText: spec["arguments"]?.stringValue == "string"),
                accepts: (entry["verdict"]?.stringValue != "refuse", entry["verdict_text"]?.stringValue != "refuse"))
        }
    }

    @Test func theVerdictIsAsTheTableSays() async throws {
        let worker = try JinjaRenderer.Worker(python: try #require(JinjaRenderer.python))
        for family in try Self.families(worker) {
            let verdict = try await TemplateProbe(family.renderer, tools: Self.tools).verdict()
            #expect(verdict.isExact == family.accepts.withTools, "\(family.name) with tools: \(verdict)")
            let plain = try await TemplateProbe(family.renderer, tools: []).verdict()
            #expect(plain.isExact == family.accepts.withoutTools, "\(family.name) without tools: \(plain)")
        }
    }

    @Test func theSuffixOfRandomDialoguesIsTheTemplatesOwn() async throws {
        let worker = try JinjaRenderer.Worker(python: try #require(JinjaRenderer.python))
        let count = ProcessInfo.processInfo.environment["ASSAY_DIALOGUES"].flatMap { Int($0) } ?? 10
        for family in try Self.families(worker) where family.accepts.withTools {
            guard case .exact(let rule, _) = try await TemplateProbe(family.renderer, tools: Self.tools).verdict()
            else { continue }
            let isParallel = family.entry["features"]?["parallel"]?.boolValue ?? true
            var wrong = 0
            for seed in 0..<count {
                let dialogue = RandomDialogue(seed: UInt64(seed), isParallel: isParallel).messages
                for place in dialogue.indices where dialogue[place].role == "assistant" {
                    let next = dialogue[(place + 1)...].firstIndex { $0.role == "assistant" } ?? dialogue.endIndex
                    let new = Array(dialogue[(place + 1)..<next])
                    if new.isEmpty { continue }
                    let whole = try await family.renderer.render(
                        Array(dialogue[..<next]), tools: Self.tools, opens: true)
                    let suffix = try await rule.suffix(
                        new, calls: TemplateProbe.calls(dialogue[place]), tools: Self.tools, by: family.renderer)
                    let tail = (rule.endToken ?? "") + suffix
                    let ids = try await family.renderer.encode(whole, begins: true)
                    let own = try await family.renderer.encode(tail, begins: false)
                    if !whole.hasSuffix(tail) || !ids.suffix(own.count).elementsEqual(own) { wrong += 1 }
                }
            }
            #expect(wrong == 0, "\(family.name)")
        }
    }
}

/// Questions, answers and rounds of calls, by seed.
private struct RandomDialogue {
    private(set) var messages: [ChatMessage] = []

    init(seed: UInt64, isParallel: Bool) {
        var state = seed &* 0x9E37_79B9_7F4A_7C15 &+ 1
        func draw(_ count: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int((state >> 33) % UInt64(count))
        }
        let words = [
            "alpha", "naïve", "東京", "x=1", "a<b", "50%", "'quoted'", "\"double\"", "tab{brace}", "[list]", "#hash", "😀",
        ]
        func text() -> String { (0...draw(4)).map { _ in words[draw(words.count)] }.joined(separator: " ") }
        var number = 0
        for _ in 0...draw(3) {
            messages.append(ChatMessage(role: "user", content: text()))
            for _ in 0..<draw(4) {
                let calls = (0...(isParallel ? draw(3) : 0)).map { _ -> ToolCall in
                    number += 1
                    let id = "c" + String(repeating: "0", count: 8 - "\(number)".count) + "\(number)"
                    return draw(2) == 0
                        ? ToolCall(
                            id: id, name: "search", arguments: ["query": .string(text()), "limit": .int(draw(9))])
                        : ToolCall(id: id, name: "python", arguments: ["code": .string("print(\(draw(100)))")])
                }
                messages.append(ChatMessage(calls: calls))
                messages += calls.map { ChatMessage(ToolResult(to: $0, text())) }
            }
            messages.append(ChatMessage(role: "assistant", content: text()))
        }
        messages.append(ChatMessage(role: "user", content: text()))
    }
}

extension TemplateVerdict {
    var isExact: Bool { if case .exact = self { true } else { false } }
}
