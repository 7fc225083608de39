/// How a streamed body is cut into JSON documents.
public enum StreamFraming: Sendable {
    /// Server-sent events; each `data:` is a document, `[DONE]` the end.
    case events
    /// One document per line.
    case lines
}
