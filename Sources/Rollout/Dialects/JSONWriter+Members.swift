internal import Experience
internal import JSON

extension JSONWriter {
    mutating func member(_ key: String, _ value: Int) {
        self.key(key)
        int(value)
    }

    mutating func member(_ key: String, _ value: UInt64) {
        self.key(key)
        raw(String(value).utf8)
    }

    mutating func member(_ key: String, _ value: Double) {
        self.key(key)
        double(value)
    }

    mutating func member(_ key: String, _ value: Bool) {
        self.key(key)
        bool(value)
    }

    mutating func member(_ key: String, _ value: String) {
        self.key(key)
        string(value)
    }

    /// The members `messages` and, where there are some, `tools`.
    mutating func chat(_ chat: Chat) {
        key("messages")
        value(chat.messagesJSON)
        guard let tools = chat.tools else { return }
        key("tools")
        value(tools)
    }
}
