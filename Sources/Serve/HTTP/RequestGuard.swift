import NIOCore
import NIOHTTP1

/// Bounds what a connection may cost outside the routes, and says so to the client: the time to receive a request, the time
/// that a client may leave an answer unread, and what is read of a body that nobody wants. Notices who left.
///
/// It stands next to the bytes, where a request still has its version and all of its lines. A request that is answered before
/// it was received whole ends its connection: the rest is read for a while, so that the client gets to see the answer, and
/// forgotten.
final class RequestGuard: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias InboundOut = HTTPServerRequestPart
    typealias OutboundIn = HTTPServerResponsePart
    typealias OutboundOut = HTTPServerResponsePart

    /// How long a connection may take for what.
    struct Times: Sendable {
        /// To send a head; and a body brings at least `bodyRate` bytes a second over such a time.
        var read: TimeAmount
        /// To read some of an answer.
        var write: TimeAmount
    }

    // Bytes a second: less is no upload, but somebody who wants to hold a place.
    private static let bodyRate: Int64 = 100
    // A client that closed its side may have left or not; this long nothing is done, then it is asked.
    private static let doubt = TimeAmount.milliseconds(100)
    private static let askAgain = TimeAmount.seconds(1)
    // Time for a client to read the answer before the connection goes away: as long as it goes on sending, within a bound, and
    // a while more.
    private static let lingerStep = TimeAmount.seconds(1)
    private static let lingerSteps = 120
    private static let silentSteps = 5

    private let times: Times
    private let presence: Presence
    private let connections: Connections
    /// Requests of which the head came and the answer has not ended.
    private var inFlight = 0
    /// Whether the newest request is not all there yet.
    private var isReceiving = false
    /// Whether an answer has begun that has not ended.
    private var isAnswering = false
    /// Whether bytes came that are the start of a head.
    private var hasHeadBegun = false
    private var hasSeenPart = false
    private var isFresh = true
    /// Whether the newest request is of HTTP/1.0.
    private var isOld = false
    private var expectsContinue = false
    private var closes = false
    /// The answer that ends the connection was begun, or is our own.
    private var isClosing = false
    private var hasRefused = false
    /// What the newest request is refused for, once those before it are answered.
    private var refusal: RequestRefusal?
    private var isInputClosed = false
    /// Whether the request is all there that the client called its last: what comes after it is none.
    private var isOver = false
    private var isReading = false
    private var window = 0
    private var lingered = 0
    private var silent = 0
    private var timer: Scheduled<Void>?
    private var writeTimer: Scheduled<Void>?
    private var probe: Scheduled<Void>?

    /// A guard of one connection.
    init(times: Times, presence: Presence, connections: Connections) {
        self.times = times
        self.presence = presence
        self.connections = connections
    }

    /// Lets the client send the body that it announced with `Expect`; a route calls it when it is going to read.
    func sendContinue(_ context: ChannelHandlerContext) {
        guard expectsContinue, isReceiving, !isClosing, !isAnswering else { return }
        expectsContinue = false
        writeContinue(context)
    }

    /// Answers in the routes' place that the server stops.
    func stop(_ context: ChannelHandlerContext) {
        if inFlight > 0, !isAnswering, !isClosing { refuse(context, .stopping) }
    }

    func handlerAdded(context: ChannelHandlerContext) {
        if context.channel.isActive { startTimer(context) }
    }

    func channelActive(context: ChannelHandlerContext) {
        startTimer(context)
        context.fireChannelActive()
    }

    func channelInactive(context: ChannelHandlerContext) {
        presence.end()
        context.fireChannelInactive()
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        for timer in [timer, writeTimer, probe] { timer?.cancel() }
        presence.end()
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        let channel = context.channel
        writeTimer?.cancel()
        writeTimer =
            channel.isWritable
            ? nil : context.eventLoop.scheduleTask(in: times.write) { channel.close(promise: nil) }
        context.fireChannelWritabilityChanged()
    }

    func read(context: ChannelHandlerContext) {
        isReading = true
        context.read()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        hasSeenPart = true
        if isClosing || isOver || refusal != nil {
            window += 1
            return
        }
        switch unwrapInboundIn(data) {
        case .head(var head):
            hasHeadBegun = false
            isFresh = false
            isOld = RequestHead.isOld(head)
            let isSettled = !isOld && head.uri.utf8.first == UInt8(ascii: "/")
            do {
                let wishes = try RequestHead.settle(&head)
                expectsContinue = wishes.waits
                closes = wishes.closes
            } catch {
                if inFlight == 0 { refuse(context, error) } else { refusal = error }
                return
            }
            inFlight += 1
            isReceiving = true
            window = 0
            // What is as it came is passed on as it is: nothing is copied for it.
            context.fireChannelRead(isSettled ? data : wrapInboundOut(.head(head)))
        case .body(let bytes):
            window += bytes.readableBytes
            expectsContinue = false
            context.fireChannelRead(data)
        case .end:
            isReceiving = false
            isOver = closes
            stopTimer()
            context.fireChannelRead(data)
        }
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        isReading = false
        if !hasSeenPart, !isReceiving { hasHeadBegun = true }
        hasSeenPart = false
        // What nobody wants is read all the same, however full those behind are: who sends it then sees the answer.
        if isClosing { context.read() } else if isReceiving || (hasHeadBegun && inFlight == 0) { startTimer(context) }
        context.fireChannelReadComplete()
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if let event = event as? ChannelEvent, event == .inputClosed {
            isInputClosed = true
            if isClosing {
                context.close(promise: nil)
            } else if inFlight > 0, !isReceiving, !isAnswering {
                ask(context, in: Self.doubt)
            }
        }
        context.fireUserInboundEventTriggered(event)
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        if hasRefused {
            promise?.fail(ChannelError.ioOnClosedChannel)
            return
        }
        switch unwrapOutboundIn(data) {
        case .head(var head):
            isAnswering = true
            probe?.cancel()
            probe = nil
            if isOld || ((isReceiving || isOver) && inFlight <= 1) { isClosing = true }
            if isOld { head.version = .http1_0 }
            // Said, so that no client sends its next request to a connection that is about to end.
            let ends = isClosing || (connections.areEnding && inFlight <= 1)
            if ends { head.headers.replaceOrAdd(name: "connection", value: "close") }
            context.write(isOld || ends ? wrapOutboundOut(.head(head)) : data, promise: promise)
        case .body: context.write(data, promise: promise)
        case .end:
            isAnswering = false
            inFlight = max(0, inFlight - 1)
            if isClosing {
                context.writeAndFlush(data, promise: promise)
                linger(context)
            } else {
                context.write(data, promise: promise)
                if let refusal, inFlight == 0 { refuse(context, refusal) }
                if hasHeadBegun, inFlight == 0 { startTimer(context) }
            }
        }
    }
}

extension RequestGuard {
    private func startTimer(_ context: ChannelHandlerContext) {
        if timer != nil { return }
        window = 0
        let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        timer = context.eventLoop.scheduleTask(in: times.read) {
            let (handler, context) = bound.value
            handler.timer = nil
            handler.isLate(context)
        }
    }

    private func stopTimer() {
        timer?.cancel()
        timer = nil
    }

    // Said before the connection ends, so that the client knows what it was.
    private func isLate(_ context: ChannelHandlerContext) {
        if isClosing { return }
        if isReceiving {
            let wanted = max(1, Self.bodyRate * times.read.nanoseconds / 1_000_000_000)
            // What we do not read ourselves is not the client's slowness.
            if !isReading || Int64(window) >= wanted { return startTimer(context) }
            if inFlight == 1 { refuse(context, .tooSlow) } else { context.close(promise: nil) }
        } else if hasHeadBegun {
            refuse(context, .tooSlow)
        } else if isFresh {
            context.close(promise: nil)
        }
    }

    /// Answers in the routes' place, and ends the connection.
    private func refuse(_ context: ChannelHandlerContext, _ refusal: RequestRefusal) {
        if isAnswering { return context.close(promise: nil) }
        isClosing = true
        hasRefused = true
        stopTimer()
        context.write(wrapOutboundOut(.head(refusal.head)), promise: nil)
        context.write(wrapOutboundOut(.body(.byteBuffer(refusal.body))), promise: nil)
        context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
        linger(context)
    }

    /// Ends our side, and the connection once the client has ended its own, falls silent, or sends on for too long.
    private func linger(_ context: ChannelHandlerContext) {
        if isInputClosed { return context.close(promise: nil) }
        context.close(mode: .output, promise: nil)
        context.read()
        stopTimer()
        window = 0
        lingerOn(context)
    }

    private func lingerOn(_ context: ChannelHandlerContext) {
        let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        timer = context.eventLoop.scheduleTask(in: Self.lingerStep) {
            let (handler, context) = bound.value
            handler.lingered += 1
            handler.silent = handler.window == 0 ? handler.silent + 1 : 0
            if handler.silent >= Self.silentSteps || handler.lingered >= Self.lingerSteps {
                return context.close(promise: nil)
            }
            handler.window = 0
            handler.lingerOn(context)
        }
    }

    /// Whether the client is still there shows when it is sent something: an interim answer, which one who waits passes over and
    /// one who left resets.
    private func ask(_ context: ChannelHandlerContext, in time: TimeAmount) {
        let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        probe = context.eventLoop.scheduleTask(in: time) {
            let (handler, context) = bound.value
            guard handler.inFlight > 0, !handler.isAnswering, !handler.isClosing else { return }
            // HTTP/1.0 has no interim answers, and no clients that close their side and wait.
            if handler.isOld { return context.close(promise: nil) }
            handler.writeContinue(context)
            handler.ask(context, in: Self.askAgain)
        }
    }

    private func writeContinue(_ context: ChannelHandlerContext) {
        let head = HTTPResponseHead(version: .http1_1, status: .continue)
        context.writeAndFlush(wrapOutboundOut(.head(head)), promise: nil)
    }
}

@available(*, unavailable)
extension RequestGuard: Sendable {}
