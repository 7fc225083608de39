import Experience
import HTTPTypes
import HummingbirdCore
import JSON
import Rollout

/// The life of an episode that a program outside has: leased, and ended with a reward or without.
struct EpisodeRoutes: RouteGroup {
    let gateway: AgentGateway?
    let options: ServeOptions

    var routes: [Route] {
        [
            Route(.get, "/v1/episodes", scope: .read) { _ in .json(Self.json(try hosted.counts)) },
            Route(.post, "/v1/episodes", scope: .admin, changesState: true, handler: lease),
            Route(.post, "/v1/episodes/{}/end", scope: .admin, changesState: true, handler: end),
        ]
    }

    private var hosted: AgentGateway {
        get throws {
            guard let gateway else {
                throw APIError.off("no run leases episodes here: start it with 'assay serve --episodes run.yaml'")
            }
            return gateway
        }
    }

    /// How long a lease waits for an episode that is free.
    private static let patience = Duration.seconds(10)

    // An episode; 204 when the run has all it wants, 503 when none comes free.
    @Sendable private func lease(_ call: Call) async throws -> Reply {
        let bytes = try await call.body(limit: options.maxBodyBytes)
        if !bytes.isEmpty { _ = try JSONBody(bytes, members: []) }
        let gateway = try hosted
        while true {
            switch gateway.lease() {
            case .over: return Reply(status: .noContent, contentType: "application/json", body: .bytes([]))
            case .episode(let episode):
                return .json(Self.json(episode, fields: gateway.shownFields, base: Self.base(call)))
            case .later(let reason):
                guard call.start.duration(to: .now) < Self.patience else { throw APIError.overloaded(reason) }
                // Who has left by then is cancelled, and takes none.
                try await Task.sleep(for: .milliseconds(20))
            }
        }
    }

    // `{reward}`, `{failed: reason}` or nothing.
    @Sendable private func end(_ call: Call) async throws -> Reply {
        let bytes = try await call.body(limit: options.maxBodyBytes)
        let body = try JSONBody(bytes.isEmpty ? Array("{}".utf8) : bytes, members: ["reward", "failed"])
        let reward = body.value["reward"]?.unlessNull
        let failed = try body.optionalString("failed")
        if reward != nil, failed != nil { throw APIError.badRequest("a failed episode has no reward") }
        if let reward, reward.doubleValue == nil { throw APIError.badRequest("'reward' must be a number or null") }
        let end: AgentGateway.End =
            failed.map { .lost(reason: "agent_failed", $0.cut(to: 500)) } ?? .finished(reward: reward?.doubleValue)
        do {
            return .json(Self.json(try await hosted.end(call.parameters[0], end)))
        } catch let failure as AgentFailure {
            throw failure.kind == .unknown
                ? APIError.notFound(failure.description) : APIError.badRequest(failure.description)
        }
    }

    // The address that the caller reached: it is the one that its agents can reach, too.
    private static func base(_ call: Call) -> String {
        let scheme = call.request.headers[.forwardedProto] == "https" ? "https" : "http"
        return "\(scheme)://\(call.request.head.authority ?? "127.0.0.1")"
    }

    private static func json(_ episode: AgentEpisode, fields: [String], base: String) -> JSONValue {
        let problem = episode.problem
        let (messages, tools): (JSONValue, JSONValue) =
            switch problem.prompt {
            case .text(let text): ([["role": "user", "content": .string(text)]], [])
            case .chat(let chat): (chat.messagesJSON, chat.tools ?? [])
            }
        let record = (try? JSONValue(parsing: problem.fields.bytes)) ?? .null
        let shown = fields.compactMap { name in record[name].map { JSONValue.Member(name, $0) } }
        return [
            "episode": .string(episode.id), "base_url": .string("\(base)/episodes/\(episode.id)/v1"),
            "api_key": .string(episode.id), "messages": messages, "tools": tools,
            "problem": [
                "id": .string(problem.id), "dataset": .string(problem.dataset), "ordinal": .int(episode.ordinal),
                "index": .int(episode.index), "attempt": .int(episode.attempt), "fields": .object(shown),
            ], "idle_seconds": .double(episode.idleSeconds),
        ]
    }

    private static func json(_ ending: AgentEnding) -> JSONValue {
        [
            "episode": .string(ending.id), "problem": .string(ending.problem), "index": .int(ending.index),
            "kept": .bool(ending.failure == nil), "failure": ending.failure.map(JSONValue.string) ?? .null,
            "reward": ending.reward.map(JSONValue.double) ?? .null, "turns": .int(ending.turns),
            "pieces": .int(ending.pieces), "sampled_tokens": .int(ending.sampledTokens),
            "repeats": .int(ending.repeats),
            "unheeded": counts(ending.unheeded),
        ]
    }

    private static func json(_ all: AgentGateway.Counts) -> JSONValue {
        [
            "open": .int(all.open), "kept": .int(all.kept), "failed": .int(all.failed), "lost": counts(all.lost),
            "turns": .int(all.turns), "repeats": .int(all.repeats), "unheeded": counts(all.unheeded),
        ]
    }

    private static func counts(_ counts: [String: Int]) -> JSONValue {
        .object(counts.sorted { $0.key < $1.key }.map { .init($0.key, .int($0.value)) })
    }
}

extension HTTPField.Name {
    fileprivate static let forwardedProto = HTTPField.Name.known("X-Forwarded-Proto")
}
