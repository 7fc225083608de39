import HTTPTypes
import HummingbirdCore
import Logging
import NIOCore
import NIOHTTP1
import NIOHTTPTypes

/// HTTP/1.1 as Hummingbird speaks it, with a guard at the bytes and a task of its own for each connection, which ends when the
/// client leaves.
struct ConnectionChannel: ServerChildChannel {
    typealias Respond = @Sendable (Request, consuming ResponseWriter, Connection) async throws -> Void

    let configuration: HTTP1Channel.Configuration
    let times: RequestGuard.Times
    let connections: Connections
    let respond: Respond

    func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<Connection> {
        let presence = Presence()
        return HTTP1Channel(responder: { _, _, _ in }, configuration: configuration).setup(
            channel: channel, logger: logger
        ).flatMapThrowing { parts in
            do {
                let pipeline = channel.pipeline.syncOperations
                let decoder = try pipeline.handler(type: ByteToMessageHandler<HTTPRequestDecoder>.self)
                let guardian = RequestGuard(times: times, presence: presence)
                try pipeline.addHandler(guardian, position: .after(decoder))
                return Connection(
                    parts: parts, presence: presence, guardian: guardian,
                    context: try pipeline.context(handler: guardian))
            } catch {
                Connection.abandon(parts)
                throw error
            }
        }
    }

    func handle(value connection: Connection, logger: Logger) async {
        let channel = HTTP1Channel(
            responder: { request, writer, _ in try await respond(request, writer, connection) },
            configuration: configuration)
        let work = Task { await connection.handled { await channel.handle(value: $0, logger: logger) } }
        connections.add(connection)
        connection.presence.begin(work)
        await withTaskCancellationHandler {
            await work.value
        } onCancel: {
            work.cancel()
        }
        connections.remove(connection)
    }
}
