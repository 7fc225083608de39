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
    private let isHandled = Atomic(false)

    init(parts: Parts, presence: Presence, guardian: RequestGuard, context: ChannelHandlerContext) {
        self.parts = parts
        self.presence = presence
        self.guardian = NIOLoopBound(guardian, eventLoop: parts.channel.eventLoop)
        handler = NIOLoopBound(context, eventLoop: parts.channel.eventLoop)
    }

    /// A client that came while the server stopped is handled by nobody.
    deinit { if !isHandled.load(ordering: .relaxed) { Self.abandon(parts) } }

    /// Closes what is not to be handled: a channel that is only dropped ends the process.
    static func abandon(_ parts: Parts) {
        Task { try? await parts.executeThenClose { _, _ in } }
    }

    var channel: any Channel { parts.channel }

    /// Serves the client until one of both leaves.
    func handled(by serve: (Parts) async -> Void) async {
        isHandled.store(true, ordering: .relaxed)
        await serve(parts)
    }

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
    private let stopping = Atomic(false)

    /// Whether the server stops: the last answer that is owed to a client is its connection's last. Said before the listener
    /// closes, so that whoever is refused knows that all the others were told.
    var areEnding: Bool {
        get { stopping.load(ordering: .acquiring) }
        set { stopping.store(newValue, ordering: .releasing) }
    }

    func add(_ connection: Connection) { open.withLock { $0[ObjectIdentifier(connection)] = connection } }

    func remove(_ connection: Connection) { _ = open.withLock { $0.removeValue(forKey: ObjectIdentifier(connection)) } }

    /// Ends what is done for anybody.
    func endAll() { for connection in all { connection.stop() } }

    /// Closes what is still open.
    func closeAll() { for connection in all { connection.channel.close(promise: nil) } }

    private var all: [Connection] { open.withLock { Array($0.values) } }
}
