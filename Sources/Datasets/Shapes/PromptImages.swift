internal import Experience
internal import JSON

/// Images of a row's own members, put into the messages as parts that chat routes take.
struct PromptImages {
    /// Data and web addresses, in order.
    let urls: [String]

    private static let placeholder = "<image>"
    /// How base64 of each kind of image begins.
    private static let kinds = [("iVBOR", "png"), ("/9j/", "jpeg"), ("R0lG", "gif"), ("UklG", "webp"), ("Qk", "bmp")]

    /// The images of the members that are there. Throws `ShapeError` for one that is no image.
    init(_ row: JSONRow, members: [String]) throws {
        urls = try members.flatMap { name -> [String] in
            guard let value = row.value(at: name), !value.isNull else { return [] }
            return try (value.arrayValue ?? [value]).filter { !$0.isNull && $0.stringValue != "" }.map { image in
                guard let url = Self.url(image) else {
                    throw ShapeError(
                        "\"\(name)\" holds an image that cannot be sent: expected its bytes, base64, or an address "
                            + "(a path alone names a file that is not in the row)")
                }
                return url
            }
        }
    }

    private static func url(_ image: JSONValue) -> String? {
        if let text = image.stringValue {
            let isAddress = ["http://", "https://", "data:"].contains { text.hasPrefix($0) }
            return isAddress ? text : data(text)
        }
        if let bytes = image["bytes"]?.stringValue { return data(bytes) }
        let inner = image["url"] ?? image["image_url"] ?? image["image"]
        return inner.flatMap { inner in inner.stringValue == nil && inner.objectValue == nil ? nil : url(inner) }
    }

    private static func data(_ base64: String) -> String? {
        guard let kind = kinds.first(where: { base64.hasPrefix($0.0) })?.1 else { return nil }
        return "data:image/\(kind);base64,\(base64)"
    }

    /// The messages with the images in the places of `<image>` and of parts that only say that one is there; before the
    /// last user message's text where nothing says a place. Throws `ShapeError` when there are fewer or more places.
    func put(into messages: [ChatMessage]) throws -> [ChatMessage] {
        if urls.isEmpty { return messages }
        var rest = urls[...]
        var places = 0
        var filled = messages
        for index in filled.indices where filled[index].role == "user" {
            let parts = Self.parts(of: filled[index])
            let count = parts.count { $0 == nil }
            if count == 0 { continue }
            places += count
            let content = parts.map { $0 ?? Self.part(rest.popFirst() ?? "") }
            filled[index] = filled[index].with(content: content)
        }
        if places == 0, let last = filled.lastIndex(where: { $0.role == "user" }) {
            let parts = Self.parts(of: filled[last]).compactMap { $0 }
            filled[last] = filled[last].with(content: urls.map(Self.part) + parts)
            return filled
        }
        if places != urls.count {
            throw ShapeError("the prompt has places for \(places) images, and the row has \(urls.count)")
        }
        return filled
    }

    /// The parts of a message; nil is the place of an image.
    private static func parts(of message: ChatMessage) -> [JSONValue?] {
        let content = message.published?["content"]?.arrayValue ?? [["type": "text", "text": .string(message.content)]]
        return content.flatMap { part -> [JSONValue?] in
            if part["type"]?.stringValue == "image", part["image"] == nil, part["url"] == nil { return [nil] }
            guard let text = part["text"]?.stringValue, part["type"]?.stringValue ?? "text" == "text" else {
                return [part]
            }
            var parts: [JSONValue?] = []
            for (index, piece) in text.split(separator: placeholder, omittingEmptySubsequences: false).enumerated() {
                if index > 0 { parts.append(nil) }
                if !piece.isEmpty { parts.append(["type": "text", "text": .string(String(piece))]) }
            }
            return parts
        }
    }

    private static func part(_ url: String) -> JSONValue { ["type": "image_url", "image_url": ["url": .string(url)]] }
}

extension ChatMessage {
    fileprivate func with(content parts: [JSONValue]) -> ChatMessage {
        let members = json.objectValue ?? []
        return ChatMessage(.object(members.map { $0.key == "content" ? .init("content", .array(parts)) : $0 }))
    }
}
