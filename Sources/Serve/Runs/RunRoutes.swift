import Experience
import Foundation
import HTTPTypes
import JSON
import Reports

/// Runs and reports, and for trainers that share no file system: batches under lease and policy versions.
struct RunRoutes: RouteGroup {
    let store: RunStore?
    let options: ServeOptions

    var routes: [Route] {
        [
            Route(.get, "/v1/runs", scope: .read) { _ in
                let runs = try await stored.list()
                return .json(["runs": .array(runs.map(Self.json))])
            },
            Route(.get, "/v1/reports/{}", scope: .read) { call in
                Reply(
                    contentType: "application/json",
                    body: .bytes(Array(try await report(call).json())))
            },
            Route(.get, "/v1/runs/{}/policy-version", scope: .read) { call in
                try await stored.reading { store in
                    let run = try await store.run(named: call.parameters[0])
                    return .json([
                        "policy_version": .int(try await store.policyVersion(run: run)),
                        "weights": try await store.weights(run: run).map(JSONValue.string) ?? .null,
                    ])
                }
            },
            Route(.post, "/v1/runs/{}/policy-version", scope: .admin, changesState: true, handler: announce),
            Route(.post, "/v1/runs/{}/leases", scope: .admin, changesState: true, handler: lease),
            Route(.post, "/v1/runs/{}/leases/renew", scope: .admin, changesState: true, handler: renew),
            Route(.post, "/v1/runs/{}/leases/logprobs", scope: .admin, changesState: true, handler: logprobs),
            Route(.post, "/v1/runs/{}/leases/end", scope: .admin, changesState: true, handler: end),
            Route(.get, "/v1/runs/{}/batches/{}", scope: .admin, handler: batch),
        ]
    }

    // What trainers say of leases and versions; each route reads its own of them.
    private static let members = [
        "batch", "epoch", "lease", "logprobs", "metrics", "milliseconds", "outcome", "policy_version", "source",
        "trainer",
        "weights",
    ]

    private var stored: RunStore {
        get throws {
            guard let store else { throw APIError.off("no run store is shown; name one with serve.store") }
            return store
        }
    }

    private func report(_ call: Call) async throws -> Report {
        let stored = try stored
        return try await stored.reading { store in
            try await stored.report(store, try await store.run(named: call.parameters[0])).make()
        }
    }

    // `{policy_version, weights}`: a trainer has published new weights.
    @Sendable private func announce(_ call: Call) async throws -> Reply {
        let body = try JSONBody(try await call.body(limit: options.maxBodyBytes), members: Self.members)
        guard let version = try body.int("policy_version") else {
            throw APIError.badRequest("'policy_version' is missing")
        }
        let weights = try body.optionalString("weights")
        try await stored.writing { store in
            try await store.announce(
                policyVersion: version, weights: weights, source: call.principal.name,
                run: try await store.run(named: call.parameters[0]))
        }
        return .json(["policy_version": .int(version)])
    }

    // `{trainer, milliseconds}` to a lease with the newest weights, or 204 when no batch is ready.
    @Sendable private func lease(_ call: Call) async throws -> Reply {
        let body = try JSONBody(try await call.body(limit: options.maxBodyBytes), members: Self.members)
        let trainer = try body.string("trainer")
        guard (1...200).contains(trainer.unicodeScalars.count) else {
            throw APIError.badRequest("'trainer' must have 1 to 200 characters")
        }
        let holder = call.principal.name(calling: trainer)
        let milliseconds = try body.milliseconds
        let leased = try await stored.writing { store -> (Lease, version: Int, weights: String?)? in
            let run = try await store.run(named: call.parameters[0])
            // Looking takes no lock: only a batch that may be free is worth a write.
            guard try await store.batches(run: run).contains(where: { $0.state == .ready || $0.state == .leased }),
                let lease = try await store.lease(run: run, trainer: holder, milliseconds: Int64(milliseconds))
            else { return nil }
            return (lease, try await store.policyVersion(run: run), try await store.weights(run: run))
        }
        guard let (lease, version, weights) = leased else {
            return Reply(status: .noContent, contentType: "application/json", body: .bytes([]))
        }
        return .json([
            "lease": .int(Int(lease.id)), "epoch": .int(lease.epoch), "expires_at": .int(Int(lease.expiresAt)),
            "policy_version": .int(version), "weights": weights.map(JSONValue.string) ?? .null,
            "batch": Self.json(lease.batch),
            "tensors": .string("/v1/runs/\(PercentEncoding.encode(call.parameters[0]))/batches/\(lease.batch.id)"),
        ])
    }

    // `{lease, epoch, batch, milliseconds}`: the step takes longer than the lease.
    @Sendable private func renew(_ call: Call) async throws -> Reply {
        let body = try JSONBody(try await call.body(limit: options.maxBodyBytes), members: Self.members)
        let milliseconds = try body.milliseconds
        let renewed = try await stored.writing { store in
            let run = try await store.run(named: call.parameters[0])
            return try await store.renew(
                try await held(body, by: call.principal.name, store, run), milliseconds: Int64(milliseconds))
        }
        return .json(["expires_at": .int(Int(renewed.expiresAt))])
    }

    // `{lease, epoch, batch, policy_version, logprobs}`: the trainer's own, one per sampled token.
    @Sendable private func logprobs(_ call: Call) async throws -> Reply {
        let body = try JSONBody(try await call.body(limit: options.maxBodyBytes), members: Self.members)
        guard let version = try body.int("policy_version"), let list = body.value["logprobs"]?.arrayValue else {
            throw APIError.badRequest("'policy_version' and 'logprobs' are needed")
        }
        let values = list.compactMap { $0.doubleValue.map { Float($0) } }
        guard values.count == list.count else { throw APIError.badRequest("'logprobs' must be numbers") }
        try await stored.writing { store in
            let run = try await store.run(named: call.parameters[0])
            let lease = try await held(body, by: call.principal.name, store, run)
            try await store.record(logprobs_T: values, of: lease, policyVersion: version)
        }
        return .json(["kept": .int(values.count)])
    }

    // `{lease, epoch, batch, outcome, policy_version, weights}`: the step was taken or refused.
    @Sendable private func end(_ call: Call) async throws -> Reply {
        let body = try JSONBody(try await call.body(limit: options.maxBodyBytes), members: Self.members)
        guard let outcome = LeaseOutcome(rawValue: try body.string("outcome")) else {
            throw APIError.badRequest("'outcome' must be done or rejected")
        }
        let version = try body.int("policy_version")
        let weights = try body.optionalString("weights")
        let trainer = call.principal.name(calling: try body.optionalString("trainer"))
        let metrics = try Self.metrics(body.value["metrics"]?.unlessNull)
        try await stored.writing { store in
            let run = try await store.run(named: call.parameters[0])
            try await store.end(
                try await held(body, by: trainer, store, run), outcome: outcome, policyVersion: version,
                weights: weights, metrics: metrics, run: run)
        }
        return .json(["ended": true])
    }

    // One that is undefined is null, a gap in its curve.
    private static func metrics(_ json: JSONValue?) throws -> JSONValue? {
        guard let json else { return nil }
        guard let members = json.objectValue else {
            throw APIError.badRequest("'metrics' must be an object of numbers")
        }
        for member in members where !member.value.isNull && member.value.doubleValue?.isFinite != true {
            throw APIError.badRequest(
                "metrics.\(member.key.prefix(60)) must be a finite number, or null, not \(member.value.text.prefix(60))"
            )
        }
        return json
    }

    // The lease that a request names; whether it still holds is the store's to say.
    private func held(_ body: JSONBody, by trainer: String, _ store: Store, _ run: Run) async throws -> Lease {
        guard let id = try body.int("lease"), let epoch = try body.int("epoch"), let batchID = try body.int("batch")
        else { throw APIError.badRequest("'lease', 'epoch' and 'batch' are needed") }
        guard let batch = try await store.batches(run: run).first(where: { $0.id == batchID }) else {
            throw APIError.notFound("run '\(run.name)' has no batch \(batchID)")
        }
        return Lease(id: Int64(id), batch: batch, epoch: epoch, trainer: trainer, expiresAt: 0)
    }

    // A JSON head of {name, dtype, shape, bytes} on one line, then the columns' little-endian bytes one after another.
    @Sendable private func batch(_ call: Call) async throws -> Reply {
        guard let id = Int64(call.parameters[1]) else { throw APIError.badRequest("a batch is named by its number") }
        let tensors = try await stored.reading { store in
            let run = try await store.run(named: call.parameters[0])
            guard try await store.batches(run: run).contains(where: { $0.id == id }) else {
                throw APIError.notFound("run '\(run.name)' has no batch \(id)")
            }
            return try await store.tensors(batch: id)
        }
        if tensors.isEmpty { throw APIError.notFound("batch \(id) has no tensors any more") }
        let heads = tensors.map { tensor -> JSONValue in
            [
                "name": .string(tensor.name), "dtype": .string(tensor.dtype),
                "shape": .array(tensor.shape.map { .int($0) }), "bytes": .int(tensor.data.count),
            ]
        }
        var bytes = JSONValue.array(heads).bytes
        bytes.append(0x0A)
        for tensor in tensors { bytes += tensor.data }
        return Reply(contentType: "application/octet-stream", body: .bytes(bytes))
    }

    private static func json(_ run: Run) -> JSONValue {
        [
            "name": .string(run.name), "created_at": .int(Int(run.createdAt)), "simulated": .bool(run.isSimulated),
            "report": .string("/v1/reports/\(PercentEncoding.encode(run.name))"),
        ]
    }

    private static func json(_ batch: BatchInfo) -> JSONValue {
        [
            "id": .int(Int(batch.id)), "step": .int(batch.step), "policy_version": .int(batch.policyVersion),
            "sequences": .int(batch.sequences), "tokens": .int(batch.tokens), "state": .string(batch.state.rawValue),
        ]
    }
}

extension JSONBody {
    /// How long a lease is asked for.
    fileprivate var milliseconds: Int {
        get throws { try int("milliseconds", in: 1_000...86_400_000) ?? 600_000 }
    }
}
