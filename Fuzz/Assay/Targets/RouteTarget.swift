import Experience
import Foundation
import JSON
import Serve
import Verifiers

/// The reward server over loopback: every route of its OpenAPI document and those of its pages, with hostile paths,
/// queries, heads and bodies.
final class RouteTarget: FuzzTarget {
    private static let pages = [
        "/", "/playground", "/compare", "/runs/r", "/runs/r/samples", "/v1/runs", "/v1/reports/r", "/v1/events",
        "/v1/verifiers",
        "/metrics", "/healthz", "/readyz", "/openapi.json", "/assets/overview.js",
    ]
    private static let queries = [
        "outcome=correct&page=1", "a=r&b=r", "text=boxed&shade=advantage", "group=0", "completion=1",
        "offset=0&limit=10",
        "verifier=math", "disputed=1&finish=stop",
    ]

    private let seeds: [FuzzInput]
    private let mutator: Mutator
    private let folder: String
    private var server: Task<Void, any Error>?
    private var client: LoopbackClient?

    init(_ context: FuzzContext) {
        seeds = context.corpus["routes"]
        mutator = Mutator(seeds)
        folder = context.folder
    }

    func input(at place: FuzzPlace) -> FuzzInput {
        if place.index < seeds.count { return seeds[Int(place.index)] }
        var random = place.random("routes")
        var input = seeds.isEmpty || random.oneIn(4) ? Self.page(&random) : random.pick(seeds)
        for name in ["body", "path", "headers"] where !random.oneIn(name == "body" ? 6 : 2) {
            guard let bytes = input[name] else { continue }
            var changed = mutator.changedPart(bytes, &random)
            // A request's head is one of lines without blanks, except when that is what is tried.
            if name == "path", !random.oneIn(20) { changed = Self.escaped(changed) }
            input.set(name, changed)
        }
        if random.oneIn(10) {
            input.add(
                "headers",
                random.pick(["Content-Length", "X-Deadline-Ms", "Expect", "Host", "Range"]) + ": "
                    + Boundary.number(&random))
        }
        return input
    }

    private static func page(_ random: inout FuzzRandom) -> FuzzInput {
        var input = FuzzInput()
        input.add("method", random.pick(["GET", "GET", "GET", "HEAD", "POST", "DELETE", "PUT", "\0"]))
        input.add("path", random.pick(pages) + (random.oneIn(2) ? "?" + random.pick(queries) : ""))
        return input
    }

    private static func escaped(_ bytes: [UInt8]) -> [UInt8] {
        bytes.flatMap { byte -> [UInt8] in
            (0x21...0x7E).contains(byte) ? [byte] : Array("%\(byte < 16 ? "0" : "")\(String(byte, radix: 16))".utf8)
        }
    }

    func run(_ input: FuzzInput) async throws {
        let client = try await started()
        let body = input["body"] ?? []
        let method = input.text("method") ?? (body.isEmpty ? "GET" : "POST")
        var head = Array("\(method) ".utf8) + (input["path"] ?? Array("/".utf8)) + Array(" HTTP/1.1\r\n".utf8)
        let headers: [UInt8] = input.parts.filter { $0.name == "headers" }.flatMap { $0.bytes + [13, 10] }
        let names = String(decoding: headers, as: UTF8.self).lowercased()
        if !names.contains("host:") { head += Array("Host: 127.0.0.1\r\n".utf8) }
        if !names.contains("content-length:") { head += Array("Content-Length: \(body.count)\r\n".utf8) }
        let answer = await client.exchange(head + headers + [13, 10] + body, seconds: names.isEmpty ? 10 : 1)
        if !names.isEmpty { await client.disconnect() }
        // A body that is shorter than its head says, or a grammar that is broken, may be left without an answer.
        guard let parsed = HTTPAnswer(answer) else { return }
        if parsed.status == 500 {
            throw FuzzFailure("answered 500: \(String(decoding: answer.suffix(400), as: UTF8.self))")
        }
    }

    /// The server's own deadlines are 5 s; reading a request that never ends, 2 s.
    func limit(of input: FuzzInput) -> Double { 12 + FuzzTargetKind.secondsOfComputation }

    private func started() async throws -> LoopbackClient {
        if let client { return client }
        try await StoreTemplate.make(at: folder + "/served.sqlite")
        var options = ServeOptions()
        options.port = 0
        options.accessLog = .none
        options.store = folder + "/served.sqlite"
        options.jobs = folder + "/jobs.sqlite"
        options.deadlineSeconds = 5
        options.readSeconds = 2
        options.maxBodyBytes = 4 << 20
        options.verifiers = .object(
            VerifierTarget.servedNames.map { .init($0, .string($0)) })
        let (ports, port) = AsyncStream<Int>.makeStream()
        let served = try RewardServer(
            options: options, registry: .standard, cores: 2,
            onRunning: { address in
                port.yield(address.port)
                port.finish()
            })
        server = Task { try await served.run() }
        for await port in ports {
            let client = LoopbackClient(port: port)
            self.client = client
            return client
        }
        throw FuzzFailure("the server did not start")
    }

    func close() async {
        server?.cancel()
        _ = try? await server?.value
    }
}

extension VerifierTarget {
    /// Verifiers of this process that need no option.
    static let servedNames = VerifierRegistry.standard.entries.map(\.name).filter {
        !startProcesses.contains($0) && (try? VerifierRegistry.standard.make($0)) != nil
    }
}
