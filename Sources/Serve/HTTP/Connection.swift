import HummingbirdCore
import NIOCore
import NIOHTTPTypes
import Synchronization

/// One client's connection.
final class Connection: ServerChildChannelValue {
    typealias Parts = NIOAsyncChannel<HTTPRequestPart, HTTPResponsePart>

    let parts: Parts
    let presence: Presence
    private let handler: NIOLoopBound<ChannelHandlerContext>
    private let guardian: NIOLoopBound<RequestGuard>

    init(parts: Parts, presence: Presence, guardian: RequestGuard, context: ChannelHandlerContext) {
        self.parts = parts
        self.presence = presence
        self.guardian = NIOLoopBound(guardian, eventLoop: parts.channel.eventLoop)
        handler = NIOLoopBound(context, eventLoop: parts.channel.eventLoop)
    }

    var channel: any Channel { parts.channel }

    /// Tells a client that still waits that the server stops, and ends what is done for it.
    func stop() {
        channel.eventLoop.execute {
            self.guardian.value.stop(self.handler.value)
            self.presence.end()
        }
    }

    /// Lets a client that asked first (`Expect: 100-continue`) send its body.
    func invitesBody() {
        channel.eventLoop.execute { self.guardian.value.sendContinue(self.handler.value) }
    }
}

/// The connections that are open.
final class Connections: Sendable {
    private let open = Mutex<[ObjectIdentifier: Connection]>([:])

    func add(_ connection: Connection) { open.withLock { $0[ObjectIdentifier(connection)] = connection } }

    func remove(_ connection: Connection) { _ = open.withLock { $0.removeValue(forKey: ObjectIdentifier(connection)) } }

    /// Ends what is done for anybody.
    func endAll() { for connection in all { connection.stop() } }

    /// Closes what is still open.
    func closeAll() { for connection in all { connection.channel.close(promise: nil) } }

    private var all: [Connection] { open.withLock { Array($0.values) } }
}
