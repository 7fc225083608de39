public import JSON

/// One message of a chat prompt.
public struct ChatMessage: Sendable, Hashable, Codable {
    /// `system`, `user`, `assistant` or what the server's template knows.
    public var role: String
    /// The message's text; of a message in parts the texts one after the other.
    public var content: String
    /// The whole message where it is more than a role and a text: parts with images, tool calls, a name.
    public var published: JSONValue?

    /// A message with a role.
    public init(role: String, content: String) {
        self.role = role
        self.content = content
    }

    /// A message from `{role, content, …}`, as `json` gives it. What stands beside a role and a text is kept.
    public init(_ json: JSONValue) {
        role = json["role"]?.stringValue ?? "user"
        content = json["content"].map(Self.text) ?? ""
        if json.objectValue?.count != 2 || json["role"]?.stringValue == nil || json["content"]?.stringValue == nil {
            published = json
        }
    }

    /// As it is sent and stored.
    public var json: JSONValue { published ?? ["role": .string(role), "content": .string(content)] }

    private static func text(of content: JSONValue) -> String {
        content.stringValue ?? content.arrayValue?.map { $0.stringValue ?? $0["text"]?.stringValue ?? "" }.joined()
            ?? ""
    }
}

/// The messages of a chat prompt, and the tools that the model may call.
public struct Chat: Sendable, Hashable, RandomAccessCollection, ExpressibleByArrayLiteral {
    /// In order.
    public var messages: [ChatMessage]
    /// The member `tools` of a request, sent as it is; nil where there are none.
    public var tools: JSONValue?

    /// A chat of messages, with tools where there are some.
    public init(_ messages: [ChatMessage], tools: JSONValue? = nil) {
        self.messages = messages
        self.tools = tools
    }

    /// A chat without tools.
    public init(arrayLiteral elements: ChatMessage...) { self.init(elements) }

    /// 0, as of an array.
    public var startIndex: Int { messages.startIndex }
    /// The number of messages.
    public var endIndex: Int { messages.endIndex }
    /// The message at a place.
    public subscript(position: Int) -> ChatMessage { messages[position] }

    /// The list that a request's `messages` is.
    public var messagesJSON: JSONValue { .array(messages.map(\.json)) }
}
