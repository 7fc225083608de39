import Experience
import JSON
import Verifiers

/// Full-text search over a corpus, as tools; the configured verifier judges the answer.
struct SearchEnvironment: EnvironmentKind, EpisodeMaker {
    static let name = "search"
    static let summary = "full-text search over a JSONL corpus, read-only"
    static let resumption = Resumption.replay
    private static let corpus = Option<String?>.text("corpus", "the JSONL file, a document a line; required")
    private static let text = Option<String>.text("text", "text", "the member with a document's text")
    private static let title = Option<String>.text("title", "title", "the member with its title")
    private static let id = Option<String>.text("id", "id", "the member with its id; without one, its line's number")
    private static let results = Option<Int>.int("results", 5, in: 1...50, "documents that a search gives")
    private static let bytes = Option<Int>.int("output_bytes", 8192, in: 256...1 << 20, "of one answer")
    private static let documents = Option<Int>.int("documents", 10_000_000, in: 1...100_000_000, "most documents")
    private static let seconds = Option<Double>.number("seconds", 10, in: 0.01...600, "longest search")
    static let options = [
        corpus.listed, text.listed, title.listed, id.listed, results.listed, bytes.listed, documents.listed,
        seconds.listed, EpisodeRoom.option.listed,
    ]

    private let index: SearchIndex
    private let results: Int
    private let bytes: Int
    let mostEpisodes: Int

    var judges: Bool { false }

    static func make(_ options: OptionsReader, _ context: EnvironmentContext) async throws -> any Environment {
        guard let path = try corpus.read(options) else {
            throw EnvironmentOptionsError(key: "corpus", "expected the path of a JSONL file")
        }
        let members = SearchIndex.Members(
            id: try id.read(options), title: try title.read(options), text: try text.read(options))
        let index = try await SearchIndex(
            path, members, mostDocuments: try documents.read(options), seconds: try seconds.read(options))
        return EpisodeHost(
            Self(
                index: index, results: try results.read(options), bytes: try bytes.read(options),
                mostEpisodes: try EpisodeRoom.option.read(options)))
    }

    static let tools = [
        Tool(
            "search", "Finds documents by their words, the best first.",
            [.init(name: "query", type: "string", text: "words to look for")]),
        Tool(
            "read", "Gives a document's text.",
            [
                .init(name: "id", type: "string", text: "the document's id, as a search gave it"),
                .init(
                    name: "from", type: "integer", text: "the byte to begin with, 0 for the start", isRequired: false),
            ]),
    ]

    func begin(_ problem: Problem, seed: UInt64, key: EpisodeKey) throws(EnvironmentError) -> Beginning {
        (Body(maker: self), Opening(messages: problem.messages, tools: Self.tools))
    }

    struct Body: EpisodeBody {
        fileprivate let maker: SearchEnvironment

        mutating func answer(_ action: Action) async throws(EnvironmentError) -> Observation {
            if action.calls.isEmpty { return Observation(isDone: true) }
            let body = self
            let results = try await action.results(SearchEnvironment.tools) {
                (call, arguments) async throws(EnvironmentError) in try await body.result(of: call, arguments)
            }
            return Observation(results: results)
        }

        private func result(of call: ToolCall, _ arguments: ToolArguments) async throws(EnvironmentError) -> ToolResult
        {
            let late = ToolResult(to: call, "The search took too long.", outcome: .timeout)
            if call.name == "read" {
                let from: Int
                do throws(PolicyFault) {
                    from = try arguments.int("from", default: 0, in: 0...Int.max)
                } catch {
                    return ToolResult(to: call, error.text, outcome: error.outcome)
                }
                let id = arguments.text("id")
                guard let found = try await maker.index.document(id) else { return late }
                guard let document = found else {
                    return ToolResult(to: call, "There is no document '\(id.cut(to: 100))'.", outcome: .failed)
                }
                return ToolResult(to: call, part(of: document, from: from))
            }
            guard let hits = try await maker.index.search(arguments.text("query"), most: maker.results) else {
                return late
            }
            if hits.isEmpty { return ToolResult(to: call, "Nothing found.") }
            let text = hits.map { hit in
                "[\(hit.id)]" + (hit.title.isEmpty ? "" : " \(hit.title)") + "\n\(hit.snippet)"
            }.joined(separator: "\n\n")
            return ToolResult(to: call, BoundedText.head(text, bytes: maker.bytes))
        }

        private func part(of document: (title: String, text: String), from: Int) -> String {
            let bytes = document.text.utf8
            if from >= bytes.count, from > 0 { return "The text ends at byte \(bytes.count)." }
            let part = BoundedText.slice(document.text, from: from, bytes: maker.bytes)
            let end = from + part.utf8.count
            let rest = end < bytes.count ? "\n[bytes \(from) to \(end) of \(bytes.count)]" : ""
            return (document.title.isEmpty || from > 0 ? "" : document.title + "\n\n") + part + rest
        }
    }
}
