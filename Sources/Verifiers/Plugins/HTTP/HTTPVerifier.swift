public import Experience
import Foundation
import JSON
import Workers

/// A verifier behind a URL, in our own protocol, NeMo-Gym's or OpenRLHF's.
///
/// Time-outs, refusals and answers that make no sense are `timeout` or `verifierError` of the items in that request;
/// 408, 425, 429, 500, 502, 503, 504 and lost connections are tried again with growing waits.
public struct HTTPVerifier: Verifier {
    /// What the verifier is called in verdicts.
    public let name: String
    /// Changes with URL, protocol and revision.
    public let version: String
    /// A remote verifier says itself what it misses.
    public var needsAnswer: Bool { false }
    /// Items in a request at most.
    public var batchSize: Int { options.speaks.takesBatches ? max(1, options.batch) : 1 }
    private let options: Options
    private let poster: any HTTPPoster
    private let slots: AsyncSlots

    /// Where and how to ask.
    public struct Options: Sendable {
        /// The full URL of the endpoint.
        public var url: String
        /// What is spoken there.
        public var speaks = RemoteProtocol.assay
        /// The remote verifier's name, for our own protocol; nil for the server's default.
        public var verifier: String?
        /// What the verifier is called in verdicts.
        public var name = "http"
        /// Part of the version; change it when the service changes.
        public var revision = ""
        /// Header lines, "Name: value".
        public var headers: [String] = []
        /// Longest wait for an answer, in seconds.
        public var timeout = 60.0
        /// Requests per batch of items at most.
        public var attempts = 4
        /// Requests at the same time.
        public var concurrency = 16
        /// Items per request, where the protocol takes several.
        public var batch = 64
        /// The score from which an answer without outcome is correct.
        public var correctAt = 1.0

        /// The defaults above.
        public init(url: String) { self.url = url }
    }

    // A proxy says 500 for a server that died with the request: judging it again changes nothing.
    private static let retried: Set<Int> = [408, 425, 429, 500, 502, 503, 504]

    /// A verifier that asks through `poster`.
    public init(_ options: Options, poster: any HTTPPoster) {
        self.options = options
        self.poster = poster
        name = options.name
        slots = AsyncSlots(max(1, options.concurrency))
        var hash = FNV1a()
        for part in [options.url, options.speaks.rawValue, options.verifier ?? "", options.revision] {
            hash.add(part.utf8)
        }
        version = "1-" + hash.text
    }

    /// Judges one completion.
    public func verify(_ item: VerificationItem) async -> Verdict { await verifyAsBatch(item) }

    /// Judges all, several requests at a time.
    public func verify(_ items: [VerificationItem]) async -> [Verdict] {
        let batches = stride(from: 0, to: items.count, by: batchSize).map { $0..<min($0 + batchSize, items.count) }
        return await .judging(batches) { batch in
            guard await slots.take() else { return batch.map { _ in .cancelled } }
            defer { slots.give() }
            let start = ContinuousClock.now
            return await ask(Array(items[batch])).sharing(since: start)
        }
    }

    private func ask(_ items: [VerificationItem]) async -> [Verdict] {
        let body = options.speaks.request(items, verifier: options.verifier)
        var problem = ""
        for attempt in 1...max(1, options.attempts) {
            if Task.isCancelled { break }
            var wait = Double.random(in: 0..<1) * 0.5 * Double(1 << min(attempt, 6))
            do {
                let reply = try await poster.post(
                    options.url, headers: options.headers, body: body, timeout: options.timeout)
                if reply.status == 200 {
                    return try options.speaks.verdicts(reply.body, of: items, correctAt: options.correctAt)
                }
                problem = "answered \(reply.status) \(reply.body[...].quoted)"
                guard Self.retried.contains(reply.status) else { break }
                wait = min(reply.retryAfter ?? wait, 60)
            } catch let error as ReplyError {
                problem = "\(error)"
                break
            } catch is HTTPTimeout {
                let verdict = Verdict.timeout(explanation: "\(options.url): no answer within \(options.timeout) s")
                return items.map { _ in verdict }
            } catch {
                problem = "\(error)"
            }
            if attempt == options.attempts { break }
            // Cancelled, it returns at once.
            try? await Task.sleep(for: .seconds(wait))
        }
        let verdict: Verdict =
            Task.isCancelled
            ? .cancelled : .verifierError(reason: "remote", explanation: "\(options.url): \(problem)")
        return items.map { _ in verdict }
    }
}

/// A request took longer than it may.
public struct HTTPTimeout: Error {
    /// A time-out.
    public init() {}
}
