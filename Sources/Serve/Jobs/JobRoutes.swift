import Experience
import HTTPTypes
import HummingbirdCore
import JSON
import NIOCore
import Verifiers

/// `/v1/jobs`: making, watching, cancelling.
struct JobRoutes: RouteGroup {
    /// Unfinished jobs that may wait; more are refused.
    static let maxPending = 1000
    let store: JobStore?
    let runner: JobRunner?
    let pool: VerifierPool
    let options: ServeOptions

    var routes: [Route] {
        [
            Route(
                .post, "/v1/jobs", scope: .verify, changesState: true,
                query: ["verifier", "response_field", "answer_field", "id_field"], handler: create),
            Route(.get, "/v1/jobs", scope: .read, orScope: .verify, query: ["limit"]) { call in
                let limit = try call.query("limit", in: 1...1000) ?? 50
                let owner = call.principal.may(.read) ? nil : call.principal.owner
                return .json(["jobs": .array(try await jobs.latest(limit, of: owner).map { shown($0).json })])
            },
            Route(.get, "/v1/jobs/{}", scope: .read, orScope: .verify, query: []) {
                .json(shown(try await job($0)).json)
            },
            Route(.delete, "/v1/jobs/{}", scope: .verify, changesState: true) { call in
                guard try await jobs.delete(try await job(call, toChange: true)) else {
                    throw APIError.conflict("the job is not finished; cancel it first")
                }
                return Reply(status: .noContent, contentType: "application/json", body: .bytes([]))
            },
            Route(.post, "/v1/jobs/{}/cancel", scope: .verify, changesState: true) { call in
                let id = try await job(call, toChange: true).id
                try await jobs.finish(id, .cancelled, message: "cancelled by a client")
                runner?.cancel(id)
                return .json(try await job(call).json)
            },
            Route(
                .get, "/v1/jobs/{}/results", scope: .read, orScope: .verify, query: ["follow", "from"],
                handler: results),
        ]
    }

    /// A job as clients see it.
    func shown(_ job: Job) -> Job {
        guard !job.state.isFinal, let reason = runner?.stall else { return job }
        var shown = job
        shown.state = .stalled
        shown.message = reason
        return shown
    }

    var jobs: JobStore {
        get throws {
            guard let store else { throw APIError.off("jobs are off; name a file with serve.jobs") }
            return store
        }
    }

    /// The job that the path names; to those whose it is not, there is none.
    func job(_ call: Call, toChange: Bool = false) async throws -> Job {
        let id = call.parameters[0]  // total: the path has one open segment
        let caller = call.principal
        guard let job = try await jobs.job(id),
            !caller.isKnown || caller.may(.admin) || job.owner == caller.name || (!toChange && caller.may(.read))
        else { throw APIError.notFound("there is no job '\(id.prefix(100))'") }
        return job
    }

    @Sendable private func create(_ call: Call) async throws -> Reply {
        let jobs = try jobs
        let key = call.request.headers[.idempotencyKey]
        if let key, !((1...200).contains(key.utf8.count) && key.utf8.allSatisfy { (0x21...0x7E).contains($0) }) {
            throw APIError.badRequest("Idempotency-Key must be 1 to 200 visible ASCII characters")
        }
        if try await jobs.pendingCount() >= Self.maxPending {
            throw APIError.overloaded("\(Self.maxPending) jobs are waiting", status: .tooManyRequests)
        }
        let owner = call.principal.owner
        if !owner.isEmpty, try await jobs.pendingCount(of: owner) >= options.maxJobsPerToken {
            throw APIError.overloaded(
                "\(options.maxJobsPerToken) jobs of this token are waiting", status: .tooManyRequests)
        }
        let id = "job_" + String(UInt64.random(in: .min ... .max), radix: 36)
        let type = call.request.headers[.contentType]?.prefix { $0 != ";" } ?? "application/json"
        let isUpload = type == "application/x-ndjson" || type == "application/jsonl"
        let (made, fingerprint, spool) = try await isUpload ? upload(call, id: id) : described(call, id: id)
        var job = made
        job.owner = owner
        let kept: (job: Job, isNew: Bool)
        // The spool is held until the job is kept: what nobody holds and no job has is swept away.
        defer { withExtendedLifetime(spool) {} }
        do {
            kept = try await jobs.add(
                job, key: key, request: "\(job.verifier) \(job.mappingJSON.text) \(fingerprint)")
        } catch {
            if job.isSpooled { JobSpool.remove(job.path) }
            throw error
        }
        if !kept.isNew, job.isSpooled { JobSpool.remove(job.path) }
        runner?.ring()
        var reply = Reply.json(kept.job.json, status: kept.isNew ? .created : .ok)
        reply.headers.append((.location, "/v1/jobs/\(kept.job.id)"))
        return reply
    }

    // Rows as the body, options in the query: nothing but the current buffer is in memory.
    private func upload(_ call: Call, id: String) async throws -> (Job, String, JobSpool?) {
        let endpoint = try pool.endpoint(call.query("verifier"))
        let mapping = RowMapping(
            response: call.query("response_field"), answer: call.query("answer_field"), id: call.query("id_field"))
        return try await spool(id, endpoint, mapping) { spool in
            for try await buffer in call.pieces {
                if await spool.byteCount + buffer.readableBytes > options.maxUploadBytes {
                    throw APIError.tooLarge(limit: options.maxUploadBytes)
                }
                try await spool.write(Array(buffer.readableBytesView))
            }
        }
    }

    // A JSON body: the rows themselves, or the path of a file on the server.
    private func described(_ call: Call, id: String) async throws -> (Job, String, JobSpool?) {
        if !call.query.isEmpty {
            throw APIError.badRequest("the options of a JSON body are its members; the query is for rows as the body")
        }
        let body = try JSONBody(try await call.body(limit: options.maxBodyBytes))
        let endpoint = try pool.endpoint(try body.optionalString("verifier"))
        let mapping = RowMapping(
            response: try body.optionalString("response_field"), answer: try body.optionalString("answer_field"),
            id: try body.optionalString("id_field"))
        if body.value["path"] != nil {
            let path = try body.string("path")
            guard call.principal.may(.admin) else {
                throw APIError(status: .forbidden, code: "forbidden", message: "jobs by path need the scope 'admin'")
            }
            let real = try JobFiles(root: options.jobsRoot).resolve(path)
            let job = Self.job(id, endpoint, real, isSpooled: false, mapping, bytes: JobFiles.size(of: real))
            return (job, "path \(real)", nil)
        }
        guard let items = body.value["items"]?.arrayValue else {
            throw APIError.badRequest("give 'items' (an array of rows) or 'path', or send rows as application/x-ndjson")
        }
        var lines: [UInt8] = []
        for (index, item) in items.enumerated() {
            guard item.objectValue != nil else { throw APIError.badRequest("'items[\(index)]' must be an object") }
            lines += item.bytes
            lines.append(0x0A)
        }
        return try await spool(id, endpoint, mapping) { [lines] in try await $0.write(lines) }
    }

    private func spool(
        _ id: String, _ endpoint: VerifierEndpoint, _ mapping: RowMapping, write: (JobSpool) async throws -> Void
    ) async throws -> (Job, String, JobSpool?) {
        let spool = try JobSpool(path: try jobs.spool + "/\(id).jsonl")
        do {
            try await write(spool)
            try Task.checkCancellation()
            let fingerprint = try await spool.finish()
            let bytes = await spool.byteCount
            return (Self.job(id, endpoint, spool.path, isSpooled: true, mapping, bytes: bytes), fingerprint, spool)
        } catch {
            JobSpool.remove(spool.path)
            throw error
        }
    }

    private static func job(
        _ id: String, _ endpoint: VerifierEndpoint, _ path: String, isSpooled: Bool, _ mapping: RowMapping, bytes: Int
    ) -> Job {
        Job(
            id: id, state: .queued, verifier: endpoint.name, version: endpoint.verifier.version, path: path,
            isSpooled: isSpooled, mapping: mapping, inputBytes: bytes, createdAt: Timestamp.now)
    }
}
