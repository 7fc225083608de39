import Experience
import JSON
import Testing

@testable import Rollout

@Suite struct ConversationTreeTests {
    private static func said(_ text: String, _ ids: [Int32]) -> Completion {
        var completion = Completion(text: text)
        completion.tokenIDs = ids
        completion.logprobs = ids.map { _ in -0.5 }
        return completion
    }

    private static func user(_ text: String) -> AgentMessage { AgentMessage(.user, text) }

    /// A call that is asked, matched and answered; its turn.
    private static func ask(
        _ tree: inout ConversationTree, _ messages: [AgentMessage], reply: AgentMessage, ids: [Int32], new: [Int32],
        tools: [Tool] = []
    ) -> Int? {
        let keys = MessageKey.keys(of: messages)
        let match = tree.match(keys, tools: tools)
        let turn = tree.append(
            said(reply.text, ids), calls: reply.calls, home: 0, behind: match,
            context: [.init(ids: new, origin: .user, text: "new")])
        if let turn { tree.know(turn, behind: tree.enter(keys, tools: tools), reply: MessageKey(reply)) }
        return turn
    }

    @Test func aConversationIsOnePiece() {
        var tree = ConversationTree()
        let answer = AgentMessage(.assistant, "a")
        #expect(Self.ask(&tree, [Self.user("q")], reply: answer, ids: [10, 11], new: [1, 2]) == 0)
        let second = [Self.user("q"), answer, Self.user("r")]
        #expect(tree.match(MessageKey.keys(of: second), tools: []) == .continues(turn: 0, held: 2))
        #expect(Self.ask(&tree, second, reply: AgentMessage(.assistant, "b"), ids: [12], new: [3]) == 1)
        #expect(tree.pieces.count == 1)
        #expect(tree.pieces.first?.promptIDs == [1, 2])
        #expect(tree.pieces.first?.stream.ids_T == [10, 11, 3, 12])
        #expect(tree.pieces.first?.stream.mask_T == [1, 1, 0, 1])
        #expect(tree.ids(through: 1) == [1, 2, 10, 11, 3, 12])
    }

    @Test func aBranchBeginsBehindWhatItShares() {
        var tree = ConversationTree()
        let answer = AgentMessage(.assistant, "a")
        _ = Self.ask(&tree, [Self.user("q")], reply: answer, ids: [10], new: [1])
        for (number, text) in ["r", "s", "t"].enumerated() {
            let messages = [Self.user("q"), answer, Self.user(text)]
            let reply = AgentMessage(.assistant, "to \(text)")
            _ = Self.ask(&tree, messages, reply: reply, ids: [20 + Int32(number)], new: [2 + Int32(number)])
        }
        #expect(tree.pieces.map(\.promptIDs) == [[1], [1, 10], [1, 10]])
        #expect(tree.pieces.map(\.stream.ids_T) == [[10, 2, 20], [3, 21], [4, 22]])
        // Every sampled token once.
        let trained: [Int32] = tree.pieces.flatMap { piece in
            zip(piece.stream.ids_T, piece.stream.mask_T).filter { $1 == 1 }.map(\.0)
        }
        #expect(trained.sorted() == [10, 20, 21, 22])
        // A branch goes on as any conversation does.
        let more = [Self.user("q"), answer, Self.user("t"), AgentMessage(.assistant, "to t"), Self.user("u")]
        #expect(tree.match(MessageKey.keys(of: more), tools: []) == .continues(turn: 3, held: 4))
        #expect(tree.ids(through: 3) == [1, 10, 4, 22])
    }

    @Test func whatDoesNotRepeatItBeginsAPiece() {
        var tree = ConversationTree()
        let answer = AgentMessage(.assistant, "a")
        _ = Self.ask(&tree, [Self.user("q")], reply: answer, ids: [10], new: [1])
        let opens: [[AgentMessage]] = [
            [Self.user("Q"), answer, Self.user("r")],
            [Self.user("q"), AgentMessage(.assistant, "A"), Self.user("r")],
            [Self.user("q"), answer, AgentMessage(.assistant, "mine"), Self.user("r")],
            [Self.user("q"), answer, Self.user("r"), AgentMessage(.assistant, "mine"), Self.user("s")],
            [AgentMessage(.system, "s"), Self.user("q"), answer, Self.user("r")],
            [Self.user("q"), answer], [Self.user("q")], [Self.user("q ")], [],
        ]
        for messages in opens {
            #expect(tree.match(MessageKey.keys(of: messages), tools: []) == .opens, "\(messages)")
        }
        let other = [Tool(name: "t", description: "")]
        let same = MessageKey.keys(of: [Self.user("q"), answer, Self.user("r")])
        #expect(tree.match(same, tools: other) == .opens)
        #expect(tree.match(same, tools: []) == .continues(turn: 0, held: 2))
    }

    @Test func arraysThatDoNotFitLeaveNothingBehind() {
        var tree = ConversationTree()
        var broken = Self.said("a", [1, 2])
        broken.logprobs = [-1]
        let context = [ConversationTree.Context(ids: [1], origin: .user, text: "x")]
        #expect(tree.append(broken, calls: [], home: 0, behind: .opens, context: context) == nil)
        #expect(tree.pieces.isEmpty && tree.nodes.isEmpty)
    }

    @Test func messagesAreTheSameInSpellingAlone() throws {
        func call(_ id: String, _ arguments: String) throws -> AgentMessage {
            let value = try JSONValue(parsing: arguments.utf8)
            return AgentMessage(.assistant, "", calls: [ToolCall(id: id, name: "t", arguments: value)])
        }
        func keys(_ messages: AgentMessage...) -> [MessageKey] { MessageKey.keys(of: messages) }
        #expect(
            keys(try call("a", #"{"x":1.0,"y":[true]}"#), AgentMessage(toolResult: "r", to: "a"))
                == keys(try call("b", #"{ "y":[true], "x":1 }"#), AgentMessage(toolResult: "r", to: "b", name: "t")))
        #expect(
            keys(try call("a", "{}"), AgentMessage(toolResult: "r", to: "a"))
                != keys(try call("a", "{}"), AgentMessage(toolResult: "r", to: "z")))
        #expect(keys(AgentMessage(.assistant, " a b\n")) == keys(AgentMessage(.assistant, "a b")))
        #expect(keys(AgentMessage(.assistant, "a  b")) != keys(AgentMessage(.assistant, "a b")))
        #expect(keys(AgentMessage(.user, "a ")) != keys(AgentMessage(.user, "a")))
        // One accent in two spellings is two texts to a tokenizer.
        #expect(keys(AgentMessage(.user, "\u{E9}")) != keys(AgentMessage(.user, "e\u{301}")))
    }
}
