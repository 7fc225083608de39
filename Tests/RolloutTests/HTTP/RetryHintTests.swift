import TestServers
import Testing

@testable import Rollout

/// Waits as the headers of servers name them.
@Suite struct RetryHintTests {
    private static let now = 784_111_770.0  // Sun, 06 Nov 1994 08:49:30 GMT

    private typealias Case = (headers: [(name: String, value: String)], seconds: Double?)

    private static let cases: [Case] = [
        ([("Retry-After", "1.5")], 1.5), ([("retry-after", "30s")], 30), ([("retry-after", "\"3\"")], 3),
        ([("Retry-After", "0")], nil),
        ([("Retry-After-Ms", "250"), ("retry-after", "1")], 0.25), ([("x-ms-retry-after-ms", "40")], 0.04),
        ([("Retry-After", "Sun, 06 Nov 1994 08:49:37 GMT")], 7),
        ([("Retry-After", "Sunday, 06-Nov-94 08:49:37 GMT")], 7), ([("Retry-After", "Sun Nov  6 08:49:37 1994")], 7),
        // Of the server's clock.
        ([("Date", "Sun, 06 Nov 1994 08:49:35 GMT"), ("Retry-After", "Sun, 06 Nov 1994 08:49:37 GMT")], 2),
        // The limit that has nothing left.
        (
            [
                ("x-ratelimit-remaining-requests", "9"), ("x-ratelimit-reset-requests", "1s"),
                ("x-ratelimit-remaining-tokens", "0"), ("x-ratelimit-reset-tokens", "6m0s"),
            ], 360
        ),
        (
            [
                ("x-ratelimit-remaining-requests", "0"), ("x-ratelimit-reset-requests", "2m59.56s"),
                ("x-ratelimit-remaining-tokens", "900"), ("x-ratelimit-reset-tokens", "20ms"),
            ], 179.56
        ),
        (
            [
                ("anthropic-ratelimit-requests-remaining", "0"),
                ("anthropic-ratelimit-requests-reset", "1994-11-06T08:49:42Z"),
                ("anthropic-ratelimit-tokens-remaining", "8000"),
                ("anthropic-ratelimit-tokens-reset", "1994-11-06T08:59:42Z"),
            ], 12
        ),
        ([("x-ratelimit-reset-tokens", "1994-11-06T10:49:40.5+02:00")], 10.5),
        ([("X-RateLimit-Reset", "784111775")], 5), ([("X-RateLimit-Reset", "784111775500")], 5.5),
        ([("RateLimit", "\"default\";r=0;t=30")], 30), ([("RateLimit", "limit=10, remaining=0, reset=3")], 3),
        // Much is left: it is not why.
        (
            [
                ("anthropic-ratelimit-tokens-remaining", "8000"), ("anthropic-ratelimit-tokens-limit", "8000"),
                ("anthropic-ratelimit-tokens-reset", "1994-11-06T08:59:42Z"),
            ], nil
        ),
        ([("Content-Type", "application/json")], nil),
    ]

    @Test(arguments: Self.cases.indices) func headers(_ index: Int) throws {
        let wait = RetryHint.seconds(Self.cases[index].headers, now: Self.now)
        let expected = Self.cases[index].seconds
        #expect((wait == nil) == (expected == nil), "\(Self.cases[index])")
        if let wait, let expected { #expect(abs(wait - expected) < 1e-3, "\(Self.cases[index])") }
    }

    /// Large numbers are moments: of seconds, then of milliseconds.
    @Test(arguments: [
        ("100000000", 5.0, 1e8), ("100000001", 1, 1e8), ("100000000000", 0, 1e11), ("100000001000", 1, 1e8),
        ("100000001000", 2e8, 0),
    ])
    func whatIsASpanAndWhatAMoment(text: String, now: Double, seconds: Double) {
        #expect(RetryHint.seconds(until: text, now: now) == seconds)
    }

    /// Through libcurl, whose own reading knows whole seconds only.
    @Test func fractionsReachTheTable() async throws {
        let server = try FaultServer { _, connection in
            connection.send("HTTP/1.1 429 x\r\nRetry-After: 1.5\r\nContent-Length: 0\r\n\r\n")
            return .keep
        }
        defer { server.stop() }
        let response = try await CurlDriver().send(.post(server.url, json: []))
        #expect(response.retryAfter == 1.5)
    }
}
