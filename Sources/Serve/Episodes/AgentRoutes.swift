import Experience
import HTTPTypes
import HummingbirdCore
import JSON
import Numbers
import Rollout

/// What agents ask models by: below an episode's base URL, and at `/v1` for those that know nothing but the key.
struct AgentRoutes: RouteGroup {
    let gateway: AgentGateway?
    let options: ServeOptions

    private static let protocols: [any AgentProtocol] = [ChatProtocol(), ResponsesProtocol(), MessagesProtocol()]
    /// Clients of Anthropic's put `/v1` behind the base URL, those of OpenAI's do not.
    static let bases = ["/v1", "/episodes/{}/v1", "/episodes/{}/v1/v1"]

    var routes: [Route] {
        Self.bases.flatMap { base in
            Self.protocols.map { kind in
                Route(.post, base + kind.path, scope: nil) { call in await answer(call, kind) }
            } + [Route(.get, base + "/models", scope: nil) { call in try await models(call) }]
        }
    }

    private func answer(_ call: Call, _ kind: any AgentProtocol) async -> Reply {
        do {
            let episode = try episode(of: call)
            let bytes = try await call.body(limit: options.maxBodyBytes)
            let body: JSONValue
            do {
                body = try JSONValue(parsing: bytes, maxDepth: JSONBody.maxDepth)
            } catch {
                throw AgentFailure(.invalid, "the body is no JSON: \(error)")
            }
            var ask = try kind.read(body)
            if let key = call.request.headers[.idempotencyKey] { ask.request.variant += " key \(key)" }
            let reply = try await episode.reply(to: ask.request)
            return Self.reply(reply, to: ask, kind)
        } catch let failure as AgentFailure {
            return Self.refusal(failure, kind)
        } catch let error as APIError {
            return Self.refusal(AgentFailure(error), kind)
        } catch {
            return Self.refusal(AgentFailure(.overloaded, "the request could not be read: \(error)"), kind)
        }
    }

    private static func reply(_ reply: AgentReply, to ask: AgentAsk, _ kind: any AgentProtocol) -> Reply {
        var answer =
            ask.isStreaming
            ? Reply(contentType: "text/event-stream", body: .bytes(kind.events(reply, to: ask).bytes))
            : Reply.json(kind.whole(reply, to: ask))
        answer.headers.append((.cacheControl, "no-store"))
        answer.headers.append((.turn, String(reply.turn)))
        if reply.isRepeated { answer.headers.append((.repeated, "true")) }
        if !reply.unheeded.isEmpty {
            // Names come from outside: only what a header may hold.
            let names = reply.unheeded.map { $0.filter { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_") } }
            answer.headers.append((.unheeded, names.joined(separator: ", ")))
        }
        return answer
    }

    private static func refusal(_ failure: AgentFailure, _ kind: any AgentProtocol) -> Reply {
        let (status, body) = kind.failure(failure)
        var reply = Reply.json(body, status: .init(code: status))
        // Clients try 409 again by themselves, though nothing will be otherwise.
        reply.headers.append((.shouldRetry, failure.retryAfter == nil ? "false" : "true"))
        if let seconds = failure.retryAfter {
            reply.headers.append((.retryAfter, String(Int(clamping: seconds.rounded(.up), to: 0...3600))))
        }
        return reply
    }

    private func models(_ call: Call) async throws -> Reply {
        do {
            _ = try episode(of: call)
        } catch {
            return Self.refusal(error, ChatProtocol())
        }
        return .json([
            "object": "list",
            "data": [["id": "policy", "object": "model", "created": 0, "owned_by": "assay"]],
        ])
    }

    /// The episode that the path names, or else the key: `Authorization: Bearer`, or `x-api-key`.
    private func episode(of call: Call) throws(AgentFailure) -> AgentEpisode {
        guard let gateway else {
            throw AgentFailure(.invalid, "no run leases episodes here: start it with 'assay serve --episodes run.yaml'")
        }
        let given = key(of: call)
        let id = call.parameters.first ?? given
        guard let id else {
            throw AgentFailure(.unknown, "send the episode's key: 'Authorization: Bearer KEY', or 'x-api-key: KEY'")
        }
        if let given, given != id, gateway.episode(given) != nil {
            throw AgentFailure(.unknown, "the key is another episode's than the base URL")
        }
        if let episode = gateway.episode(id) { return episode }
        throw gateway.hasEnded(id)
            ? AgentFailure(.over, "the episode is over: lease another one with POST /v1/episodes")
            : AgentFailure(
                .unknown, "no open episode has this key: it was never leased, or before the server was started again")
    }

    private func key(of call: Call) -> String? {
        if let key = call.request.headers[.apiKey] { return key }
        guard let words = call.request.headers[.authorization]?.split(separator: " ", maxSplits: 1), words.count == 2,
            words[0].lowercased() == "bearer"
        else { return nil }
        return String(words[1])  // total: there are two
    }
}

extension AgentFailure {
    /// What is wrong with a request before it is read.
    init(_ error: APIError) {
        switch error.status.code {
        case 503: self.init(.overloaded, error.message, retryAfter: error.retryAfter.map { Double($0) })
        default: self.init(.invalid, error.message)
        }
    }
}

extension HTTPField.Name {
    static let apiKey = HTTPField.Name.known("x-api-key")
    static let shouldRetry = HTTPField.Name.known("x-should-retry")
    static let turn = HTTPField.Name.known("X-Assay-Turn")
    static let repeated = HTTPField.Name.known("X-Assay-Repeated")
    static let unheeded = HTTPField.Name.known("X-Assay-Unheeded")
}
