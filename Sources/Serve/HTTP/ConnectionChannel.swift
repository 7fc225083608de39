import Foundation
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
        Self.watchPeer(of: channel)
        return HTTP1Channel(responder: { _, _, _ in }, configuration: configuration).setup(
            channel: channel, logger: logger
        ).flatMapThrowing { parts in
            do {
                let pipeline = channel.pipeline.syncOperations
                let decoder = try pipeline.handler(type: ByteToMessageHandler<HTTPRequestDecoder>.self)
                let guardian = RequestGuard(times: times, presence: presence, connections: connections)
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

    // A client that left without a word, with its machine or while a follower's answer rests, is noticed by the system in less
    // than two minutes. A socket that is closed by now takes no option, and needs none.
    private static func watchPeer(of channel: any Channel) {
        let options = channel.syncOptions
        try? options?.setOption(.socketOption(.so_keepalive), value: 1)
        for (name, value) in [(TCP_KEEPIDLE, 20), (TCP_KEEPINTVL, 10), (TCP_KEEPCNT, 3)] as [(CInt, Int)] {
            try? options?.setOption(.tcpOption(NIOBSDSocket.Option(rawValue: name)), value: value)
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
