import Experience
import JSON
import Verifiers
import Workers

/// Asks an environment server. One that is slow or full is waited for, as long as its time allows; one that is not there, or
/// fails, is an error of ours.
struct PacedPoster: Sendable {
    let poster: any HTTPPoster
    let endpoint: String
    /// Header lines of every request.
    let headers: [String]
    /// Longest wait for an answer, waits between two tries among it, in seconds.
    let timeout: Double

    private static let pauses = (first: 0.25, longest: 10.0)

    /// The answer of any status but those that ask to wait. `path` begins with a slash, or is empty.
    func post(
        _ path: String, headers own: [String] = [], _ json: JSONValue
    ) async throws(EnvironmentError) -> HTTPReply {
        let url = endpoint + path
        let deadline = ContinuousClock.now + .seconds(timeout)
        var pause = Self.pauses.first
        while true {
            let reply = try await once(url, own, json.bytes)
            guard reply.status == 429 || reply.status == 503 else { return reply }
            let wait = min(reply.retryAfter ?? pause, Self.pauses.longest)
            if ContinuousClock.now + .seconds(wait) >= deadline {
                throw EnvironmentError(
                    .full, "\(url) answered \(reply.status) for \(timeout) s: \(reply.body[...].quoted)")
            }
            do { try await Task.sleep(for: .seconds(wait)) } catch { throw Self.ended(url) }
            pause = min(pause * 2, Self.pauses.longest)
        }
    }

    /// Tells the server that a session has ended; nobody waits for what comes of it.
    func delete(headers own: [String]) async {
        await poster.delete(endpoint, headers: headers + own, timeout: min(timeout, 5))
    }

    private func once(_ url: String, _ own: [String], _ body: [UInt8]) async throws(EnvironmentError) -> HTTPReply {
        do {
            return try await poster.post(url, headers: headers + own, body: body, timeout: timeout)
        } catch is HTTPTimeout {
            throw EnvironmentError(.deadline, "\(url) did not answer within \(timeout) s")
        } catch {
            if Task.isCancelled { throw Self.ended(url) }
            throw EnvironmentError(.lost, "\(url): \(error)")
        }
    }

    private static func ended(_ url: String) -> EnvironmentError {
        EnvironmentError(.lost, "\(url): the episode was ended during a request")
    }
}

extension HTTPReply {
    /// Its body as JSON; throws where it is none.
    func json(from url: String) throws(EnvironmentError) -> JSONValue {
        if let json = try? JSONValue(parsing: body, maxDepth: 64) { return json }
        throw EnvironmentError(.contract, "\(url) answered \(status) with no JSON: \(body[...].quoted)")
    }
}

/// The options of a server behind a URL.
enum ServerOptions {
    static let endpoint = Option<String?>.text("endpoint", "the server, for example http://127.0.0.1:8000")
    private static let key = Option<String?>.text("api_key_env", "environment variable with the bearer token")
    static let timeout = Option<Double>.number("timeout_s", 30, in: 0.01...86_400, "longest wait for an answer")
    static let revision = Option<String>.text(
        "revision", "", "part of the version; change it when the server's environment changes")
    static let called = Option<String?>.text("name", "what it is called in the store")
    static let all = [endpoint.listed, key.listed, timeout.listed, revision.listed, called.listed]

    /// Nil where no endpoint is given.
    static func poster(_ reader: OptionsReader, _ context: EnvironmentContext) throws -> PacedPoster? {
        guard let url = try endpoint.read(reader) else { return nil }
        guard url.hasPrefix("http://") || url.hasPrefix("https://") else {
            throw EnvironmentOptionsError(
                key: endpoint.listed.name,
                "expected a URL, for example http://127.0.0.1:8000, not '\(url.cut(to: 100))'")
        }
        guard let poster = try context.poster?() else {
            throw EnvironmentOptionsError("a server needs a network client, which this program has not handed in")
        }
        var base = url
        while base.hasSuffix("/") { base.removeLast() }
        return PacedPoster(
            poster: poster, endpoint: base, headers: try reader.keyHeaders(), timeout: try timeout.read(reader))
    }
}
