import HummingbirdCore
import Logging
import NIOCore
import NIOEmbedded
import Testing

@testable import Serve

@Suite struct UnservedConnectionTests {
    private let channel = ConnectionChannel(
        configuration: .init(), times: .init(read: .seconds(1), write: .seconds(1)), connections: Connections(),
        respond: { _, _, _ in })

    /// A server that stops drops connections that it has taken and nobody serves; that once ended the process.
    @Test func whoIsServedByNobodyIsClosed() async throws {
        let client = NIOAsyncTestingChannel()
        try await client.connect(to: .init(unixDomainSocketPath: "/client")).get()
        func accept() async throws {
            _ = try await client.eventLoop.flatSubmit { channel.setup(channel: client, logger: Logger(label: "test")) }
                .get()
        }
        try await accept()
        for _ in 0..<10_000 where client.isActive { try await Task.sleep(for: .milliseconds(1)) }
        #expect(!client.isActive)
    }
}
