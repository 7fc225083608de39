import Experience
import Foundation
import JSON
import Rollout
import Serve
import Synchronization
import TestServers
import Verifiers

/// The protocols of agents over loopback, before a policy that answers everything: hostile requests, the same again, and the
/// policy's reply sent back. Every token that was sampled is kept once.
final class AgentTarget: FuzzTarget {
    private static let paths = ["chat/completions", "responses", "messages"]
    private static let replies = [
        "It is 3.", "", "<think>so</think> 3", "<tool_call>{\"name\": \"add\", \"arguments\": {\"a\": 1}}</tool_call>",
        "😀",
    ]

    private let seeds: [FuzzInput]
    private let mutator: Mutator
    private let counts = Counts()
    private var room: Room?

    private final class Counts: Sendable {
        let kept = Mutex<[SampledCompletion]>([])
        let turns = Atomic(0)
        let episodes = Atomic(0)
    }

    /// What serves, and what it stands before.
    private struct Room {
        var policy: TemplateServer
        var gateway: AgentGateway
        var client: LoopbackClient
        var tasks: [Task<Void, any Error>]
    }

    init(_ context: FuzzContext) {
        seeds = context.corpus["agents"]
        mutator = Mutator(seeds)
    }

    func input(at place: FuzzPlace) -> FuzzInput {
        if place.index < seeds.count { return seeds[Int(place.index)] }
        var random = place.random("agents")
        var input = seeds.isEmpty ? FuzzInput() : random.pick(seeds)
        if !random.oneIn(8) { input.set("body", mutator.changedPart(input["body"] ?? [], &random)) }
        if random.oneIn(8) { input.set("path", Array(random.pick(Self.paths).utf8)) }
        if random.oneIn(3) { input.set("again", Array("yes".utf8)) }
        return input
    }

    func run(_ input: FuzzInput) async throws {
        let room = try await opened()
        let episode = try await Self.lease(room.gateway)
        let before = room.policy.turns.count
        let path = input.text("path") ?? Self.paths[0]  // total: there are three
        for _ in 0..<(input["again"] == nil ? 1 : 2) {
            let body = input["body"] ?? []
            let head =
                "POST /episodes/\(episode.id)/v1/\(path) HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: \(body.count)\r\n\r\n"
            guard let answer = HTTPAnswer(await room.client.exchange(Array(head.utf8) + body, seconds: 10)) else {
                throw FuzzFailure("no answer")
            }
            if answer.status >= 500 { throw FuzzFailure("answered \(answer.status)") }
        }
        let sampled = room.policy.turns[before...]
        if sampled.count > 1 { throw FuzzFailure("the same request was sampled twice") }
        if sampled.isEmpty {
            _ = try? await room.gateway.end(episode.id, .lost(reason: "fuzz", "no turn"))
            return
        }
        _ = try await room.gateway.end(episode.id, .finished(reward: 1))
        let ids = counts.kept.withLock { kept in
            defer { kept = [] }
            return kept.map(\.completion.tokenIDs)
        }
        guard ids == sampled.map(\.sampled) else {
            throw FuzzFailure("sampled \(sampled.map(\.sampled)), kept \(ids)")
        }
    }

    /// A policy that does not answer is no part of it: what a call may take is its computation.
    func limit(of input: FuzzInput) -> Double { 12 + FuzzTargetKind.secondsOfComputation }

    private static func lease(_ gateway: AgentGateway) async throws -> AgentEpisode {
        var leased: AgentEpisode?
        try await eventually(within: .seconds(10)) {
            if case .episode(let episode) = gateway.lease() { leased = episode }
            return leased != nil
        }
        guard let leased else { throw FuzzFailure("no episode") }
        return leased
    }

    private func opened() async throws -> Room {
        if let room { return room }
        let counts = counts
        let policy = try TemplateServer { _ in
            // total: by its own count
            Self.replies[counts.turns.add(1, ordering: .relaxed).oldValue % Self.replies.count]
        }
        let engine = RolloutEngine(
            driver: try CurlDriver(),
            endpoints: [try Endpoint(url: policy.server.url, server: .llamacpp, model: "tiny")],
            sampling: SamplingParameters(), seed: 1, options: RolloutOptions())
        var episodes = EpisodeOptions()
        episodes.attempts = 1
        let gateway = AgentGateway(options: episodes, agent: AgentOptions(), run: "r")
        let sampling = Task {
            _ = try await gateway.sample(
                over: engine,
                {
                    let number = counts.episodes.add(1, ordering: .relaxed).oldValue
                    return WorkItem(ordinal: number, problem: Problem(id: "p\(number)"), missing: [0])
                }
            ) { batch in counts.kept.withLock { $0 += batch.completions } }
        }
        var options = ServeOptions()
        options.port = 0
        options.accessLog = .none
        options.maxBodyBytes = 4 << 20
        let (ports, port) = AsyncStream<Int>.makeStream()
        let server = try RewardServer(
            options: options, registry: .standard, episodes: gateway, cores: 2,
            onRunning: { address in
                port.yield(address.port)
                port.finish()
            })
        let serving = Task { try await server.run() }
        for await port in ports {
            let room = Room(
                policy: policy, gateway: gateway, client: LoopbackClient(port: port), tasks: [sampling, serving])
            self.room = room
            return room
        }
        throw FuzzFailure("the server did not start")
    }

    func close() async {
        for task in room?.tasks ?? [] {
            task.cancel()
            _ = try? await task.value
        }
        room?.policy.server.stop()
    }
}
