import HTTPTypes
import NIOCore
import NIOHTTPTypes

/// Bounds what a connection may cost outside the routes: the time to receive a request, the time that a client may leave
/// an answer unread, and what is read of a body that nobody wants.
///
/// A request that is answered before it was received whole ends its connection: the rest is not worth reading.
final class RequestGuard: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPRequestPart
    typealias InboundOut = HTTPRequestPart
    typealias OutboundIn = HTTPResponsePart
    typealias OutboundOut = HTTPResponsePart

    // Time for the client to read the answer before the connection goes away under its upload.
    private static let linger = TimeAmount.milliseconds(500)

    private let readTime: TimeAmount
    private let writeTime: TimeAmount
    private var isReceiving = true
    private var isClosing = false
    private var timer: Scheduled<Void>?
    private var writeTimer: Scheduled<Void>?

    /// A guard of one connection.
    init(readTime: TimeAmount, writeTime: TimeAmount) {
        self.readTime = readTime
        self.writeTime = writeTime
    }

    func handlerAdded(context: ChannelHandlerContext) {
        if context.channel.isActive { startTimer(context) }
    }

    func channelActive(context: ChannelHandlerContext) {
        startTimer(context)
        context.fireChannelActive()
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        timer?.cancel()
        writeTimer?.cancel()
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        let channel = context.channel
        writeTimer?.cancel()
        writeTimer =
            channel.isWritable
            ? nil : context.eventLoop.scheduleTask(in: writeTime) { channel.close(promise: nil) }
        context.fireChannelWritabilityChanged()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        if isClosing { return }
        switch unwrapInboundIn(data) {
        case .head(let head):
            isReceiving = true
            if head.headerFields[.expect]?.lowercased() == "100-continue" {
                context.writeAndFlush(wrapOutboundOut(.head(HTTPResponse(status: .continue))), promise: nil)
            }
        case .body: break
        case .end:
            isReceiving = false
            timer?.cancel()
            timer = nil
        }
        context.fireChannelRead(data)
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        if isReceiving, !isClosing { startTimer(context) }
        context.fireChannelReadComplete()
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        switch unwrapOutboundIn(data) {
        case .head(var head) where isReceiving && head.status.kind != .informational:
            isClosing = true
            head.headerFields[.connection] = "close"
            context.write(wrapOutboundOut(.head(head)), promise: promise)
        case .end where isClosing:
            context.writeAndFlush(data, promise: promise)
            let channel = context.channel
            channel.close(mode: .output, promise: nil)
            timer?.cancel()
            timer = context.eventLoop.scheduleTask(in: Self.linger) { channel.close(promise: nil) }
        default: context.write(data, promise: promise)
        }
    }

    private func startTimer(_ context: ChannelHandlerContext) {
        if timer != nil { return }
        let channel = context.channel
        timer = context.eventLoop.scheduleTask(in: readTime) { channel.close(promise: nil) }
    }
}

@available(*, unavailable)
extension RequestGuard: Sendable {}
