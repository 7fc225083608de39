import HTTPTypes
import HummingbirdCore
import JSON
import NIOCore
import ServiceLifecycle

extension JobRoutes {
    /// Result lines as they are, from the start, from item `?from=`, or from byte `Range: bytes=N-`; with `?follow=true`
    /// until the job is final.
    @Sendable func results(_ call: Call) async throws -> Reply {
        let jobs = try jobs
        let job = try await job(call)
        let follows = try call.flag("follow")
        var reply = Reply(contentType: "application/x-ndjson", body: .bytes([]))
        reply.headers = [(.acceptRanges, "bytes"), (.jobState, shown(job).state.rawValue)]
        var first = 0
        if let item = try call.query("from", in: 0...(1 << 53 - 1)) {
            first = try await jobs.byteOffset(job.id, ofItem: item)
        } else if let byte = Self.firstByte(call.request.headers[.range]) {
            guard byte < job.resultBytes || follows else {
                throw APIError(
                    status: .rangeNotSatisfiable, code: "range", message: "there are \(job.resultBytes) bytes so far")
            }
            first = byte
            reply.status = .partialContent
            let total = job.state.isFinal ? "\(job.resultBytes)" : "*"
            reply.headers.append((.contentRange, "bytes \(byte)-\(max(byte, job.resultBytes - 1))/\(total)"))
        }
        reply.body = .stream { [first] writer in
            var offset = first
            while true {
                // Read before the results: final means that all of them are there.
                let isFinal = try await jobs.job(job.id)?.state.isFinal ?? true
                while true {
                    let bytes = try await jobs.results(job.id, fromByte: offset)
                    if bytes.isEmpty { break }
                    offset += bytes.count
                    try await writer.write(ByteBuffer(bytes: bytes))
                }
                if isFinal || !follows { return }
                if Task.isShuttingDownGracefully {
                    // In place of a row, so that nobody takes the end of the stream for the job's.
                    let error: JSONValue = [
                        "error": [
                            "code": "stopping",
                            "message":
                                "the server stops; the job goes on with its next start: ask again from the next row",
                        ]
                    ]
                    return try await writer.write(ByteBuffer(bytes: error.bytes + [0x0A]))
                }
                try await Task.sleep(for: .milliseconds(200))
            }
        }
        return reply
    }

    // Only "bytes=N-" is what a client that resumes asks; any other form may be answered whole (RFC 9110, 14.2).
    private static func firstByte(_ range: String?) -> Int? {
        guard let range, range.hasPrefix("bytes="), range.hasSuffix("-"), let byte = Int(range.dropFirst(6).dropLast())
        else { return nil }
        return byte >= 0 ? byte : nil
    }
}
