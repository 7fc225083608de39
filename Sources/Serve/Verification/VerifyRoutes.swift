import Experience
import HTTPTypes
import JSON
import Verifiers

/// `POST /v1/verify` and `GET /v1/verifiers`.
struct VerifyRoutes: RouteGroup {
    let pool: VerifierPool
    let options: ServeOptions

    var routes: [Route] {
        [
            Route(.post, "/v1/verify", scope: .verify, handler: verify),
            Route(.get, "/v1/verifiers", scope: .verify) { _ in list },
        ]
    }

    @Sendable private func verify(_ call: Call) async throws -> Reply {
        let request = try VerifyRequest(try await call.body(limit: options.maxBodyBytes))
        let endpoint = try pool.endpoint(request.verifier)
        let deadline = try call.deadline(default: options.deadlineSeconds)
        var json = JSONWriter()
        guard request.isBatch else {
            // total: a request has an item or is a batch
            let verdict = try await endpoint.verify(request.items[0], for: call.principal.share, deadline: deadline)
            verdict.write(to: &json, verifier: endpoint.name, version: endpoint.verifier.version)
            return .json(json)
        }
        let verdicts = try await endpoint.verify(request.items, for: call.principal.share, deadline: deadline)
        let version = endpoint.verifier.version
        json.object { json in
            json.key("verdicts")
            json.array { json in
                for verdict in verdicts { verdict.write(to: &json, verifier: endpoint.name, version: version) }
            }
        }
        return .json(json)
    }

    private var list: Reply {
        .json([
            "verifiers": .array(
                pool.endpoints.map { endpoint in
                    [
                        "name": .string(endpoint.name), "verifier": .string(endpoint.verifier.name),
                        "version": .string(endpoint.verifier.version),
                        "needs_answer": .bool(endpoint.verifier.needsAnswer),
                    ]
                })
        ])
    }
}
