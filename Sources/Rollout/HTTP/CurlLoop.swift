internal import CCurl
internal import Glibc
internal import Numbers
internal import Synchronization

/// The thread that owns libcurl's multi handles: epoll tells which sockets are ready, an eventfd wakes it for the inbox.
///
/// curl_multi_perform would visit every transfer at every turn; with thousands waiting for a slow server that is most of
/// the time. As a task executor the thread also runs what follows an answer, so that a request costs no change of
/// thread. Unchecked: the inbox is a Mutex, the thread's identity is atomic, all else is the thread's own.
final class CurlLoop: TaskExecutor, @unchecked Sendable {
    enum Message {
        case start(CurlTransfer)
        case cancel(CurlTransfer)
        case job(UnownedJob)
        case stop
    }

    private let inbox = Mutex<[Message]>([])
    private let settings: HTTPSettings
    private let wakeDescriptor: Int32
    private var watch: SocketWatch
    private var shards: [CurlShard] = []
    /// By descriptor: whose socket it is.
    private var owners: [CurlShard?] = []
    private var handles = 0
    private let thread = Atomic<UInt>(0)
    /// Messages from the thread itself.
    private var own: [Message] = []
    private var active: [CurlTransfer] = []
    private var idle: [CurlHandle] = []
    private var finished: [(CurlTransfer, CURLcode)] = []
    private var nextSweep = 0.0
    private var isStopping = false

    private static let isInitialised: Bool = {
        // Each answer frees a few pages; giving them back to the system every time costs more than the answer's parsing.
        assay_keep_freed_memory(64 << 20, 1 << 20)
        return curl_global_init(Int(CURL_GLOBAL_DEFAULT)) == CURLE_OK
    }()
    private static let sweepInterval = 0.05
    private static let connectionsPerShard = 128

    /// Opens the descriptors; throws when the process has none left.
    init(maxConnections: Int, settings: HTTPSettings) throws {
        self.settings = settings
        wakeDescriptor = eventfd(0, Int32(EFD_CLOEXEC | EFD_NONBLOCK))
        watch = try SocketWatch()
        guard wakeDescriptor >= 0 else {
            throw TransportError(.refused, "no file descriptor is left (errno \(errno))")
        }
        let count = max(1, maxConnections / Self.connectionsPerShard)
        for _ in 0..<count {
            guard Self.isInitialised,
                let shard = CurlShard(of: self, maxConnections: (maxConnections + count - 1) / count)
            else { throw TransportError(.badRequest, "libcurl could not be initialised") }
            shards.append(shard)
        }
    }

    deinit { close(wakeDescriptor) }

    /// Starts the thread, which keeps the loop alive until `stop`.
    func launch() throws {
        let context = Unmanaged.passRetained(self)
        var thread = pthread_t()
        let code = pthread_create(
            &thread, nil,
            { context in
                if let context { Unmanaged<CurlLoop>.fromOpaque(context).takeRetainedValue().run() }
                return nil
            }, context.toOpaque())
        guard code == 0 else {
            context.release()
            throw TransportError(.refused, "no thread could be started (error \(code))")
        }
        pthread_detach(thread)
    }

    /// Hands a message to the thread, in order.
    func post(_ message: Message) {
        if thread.load(ordering: .relaxed) == UInt(pthread_self()) { return own.append(message) }
        let wasEmpty = inbox.withLock {
            $0.append(message)
            return $0.count == 1
        }
        if wasEmpty { _ = eventfd_write(wakeDescriptor, 1) }
    }

    func enqueue(_ job: consuming ExecutorJob) { post(.job(UnownedJob(job))) }

    // MARK: On the thread

    private func run() {
        thread.store(UInt(pthread_self()), ordering: .relaxed)
        watch.want(EPOLLIN.rawValue, of: wakeDescriptor)
        let capacity = 256
        let events = UnsafeMutablePointer<epoll_event>.allocate(capacity: capacity)
        defer { events.deallocate() }
        while !isStopping {
            let count = epoll_wait(watch.descriptor, events, Int32(capacity), waitMilliseconds())
            for index in 0..<max(0, Int(count)) { dispatch(events[index]) }
            harvest()
            takeOwnMessages()
            driveTimers()
            sweep()
        }
        for transfer in active { end(transfer, .failure(TransportError(.cancelled, "the driver stopped"))) }
        while !own.isEmpty { takeOwnMessages() }
        idle.removeAll()
        // libcurl closes the sockets through us while we are whole.
        shards.removeAll()
        owners.removeAll()
    }

    private func driveTimers() {
        let now = MonotonicClock.seconds
        for shard in shards {
            guard let due = shard.timerAt, due <= now else { continue }
            shard.timerAt = nil
            shard.drive(CURL_SOCKET_TIMEOUT, 0)
        }
        harvest()
    }

    private func waitMilliseconds() -> Int32 {
        if !own.isEmpty { return 0 }
        let now = MonotonicClock.seconds
        var wait = active.isEmpty ? 60 : nextSweep - now
        for shard in shards { if let due = shard.timerAt { wait = min(wait, due - now) } }
        return Int32(clamping: wait * 1000, to: 0...60_000, .up)
    }

    private func dispatch(_ event: epoll_event) {
        let descriptor = event.data.fd
        if descriptor == wakeDescriptor {
            var value: eventfd_t = 0
            _ = eventfd_read(wakeDescriptor, &value)
            takeMessages()
            return
        }
        let ready = watch.filter(event.events, of: descriptor)
        var flags: Int32 = 0
        if ready & (EPOLLIN.rawValue | EPOLLHUP.rawValue) != 0 { flags |= CURL_CSELECT_IN }
        if ready & EPOLLOUT.rawValue != 0 { flags |= CURL_CSELECT_OUT }
        if ready & EPOLLERR.rawValue != 0 { flags |= CURL_CSELECT_ERR }
        if flags != 0 { owners[Int(descriptor)]?.drive(descriptor, flags) }
    }

    private func takeMessages() {
        let messages = inbox.withLock {
            let taken = $0
            $0 = []
            return taken
        }
        for message in messages { take(message) }
    }

    /// Runs the jobs that answers have made ready, and starts the requests that come of them.
    private func takeOwnMessages() {
        // Jobs beget jobs; a bound keeps the sockets served.
        var turns = 0
        while !own.isEmpty, turns < 8 {
            let messages = own
            own = []
            own.reserveCapacity(messages.count)
            for message in messages { take(message) }
            turns += 1
        }
    }

    private func take(_ message: Message) {
        switch message {
        case .start(let transfer): start(transfer)
        case .job(let job): job.runSynchronously(on: asUnownedTaskExecutor())
        case .cancel(let transfer):
            if transfer.slot >= 0 { end(transfer, .failure(.init(.cancelled, "the request was cancelled"))) }
        case .stop: isStopping = true
        }
    }

    private func start(_ transfer: CurlTransfer) {
        // A cancel that overtook the start is seen here.
        if transfer.isCancelled.load(ordering: .acquiring) || isStopping {
            return transfer.finish(.failure(TransportError(.cancelled, "the request was cancelled")))
        }
        guard let handle = idle.popLast() ?? nextHandle() else {
            return transfer.finish(.failure(TransportError(.badRequest, "libcurl has no handle")))
        }
        if let error = handle.load(transfer) { return transfer.finish(.failure(error)) }
        let now = MonotonicClock.seconds
        if active.isEmpty { nextSweep = now + Self.sweepInterval }
        transfer.handle = handle
        transfer.startedAt = now
        transfer.slot = active.count
        active.append(transfer)
        let code = curl_multi_add_handle(handle.shard.multi, handle.easy)
        if code != CURLM_OK {
            end(transfer, .failure(TransportError(.badRequest, String(cString: curl_multi_strerror(code)))))
        }
    }

    // The handle that was used last is used first, so its shard has a connection that is free.
    private func nextHandle() -> CurlHandle? {
        let handle = newHandle(on: shards[handles % shards.count])
        if handle != nil { handles += 1 }
        return handle
    }

    private func newHandle(on shard: CurlShard) -> CurlHandle? {
        let handle = CurlHandle(shard: shard, settings: settings)
        if let handle {
            let context = Unmanaged.passUnretained(self).toOpaque()
            _ = assay_curl_set_close(handle.easy, curlCloseSocket, context)
        }
        return handle
    }

    /// Takes finished transfers from libcurl: all its messages first, as removing a handle searches those that are left.
    private func harvest() {
        var remaining: Int32 = 0
        for shard in shards where shard.isDriven {
            shard.isDriven = false
            while let message = curl_multi_info_read(shard.multi, &remaining) {
                guard message.pointee.msg == CURLMSG_DONE, let easy = message.pointee.easy_handle else { continue }
                let code = assay_message_result(message)
                var context: UnsafeMutableRawPointer?
                _ = assay_curl_get_pointer(easy, CURLINFO_PRIVATE, &context)
                guard let context else { continue }
                finished.append((Unmanaged<CurlTransfer>.fromOpaque(context).takeUnretainedValue(), code))
            }
        }
        for (transfer, code) in finished { end(transfer, outcome(of: transfer, code)) }
        finished.removeAll(keepingCapacity: true)
    }

    private func outcome(of transfer: CurlTransfer, _ code: CURLcode) -> CurlTransfer.Outcome {
        guard let handle = transfer.handle else { return .failure(TransportError(.cancelled, "no handle")) }
        guard code == CURLE_OK else {
            return .failure(
                transfer.refusal ?? TransportError(code, handle.message(code), hasBody: transfer.received > 0))
        }
        let start = transfer.startedAt
        let status = handle.status
        return .success(
            HTTPResponse(
                status: status, body: transfer.body, retryAfter: handle.retryHint,
                headers: transfer.request.keepsHeaders ? handle.headers : [],
                redirect: (300..<400).contains(status) ? handle.redirect : nil,
                connectTime: (transfer.sentAt ?? start) - start,
                firstByteTime: transfer.firstByteAt.map { $0 - start },
                totalTime: MonotonicClock.seconds - start))
    }

    private func sweep() {
        let now = MonotonicClock.seconds
        guard now >= nextSweep else { return }
        nextSweep = now + Self.sweepInterval
        for transfer in active.reversed() {
            let (time, kind) = transfer.deadline
            if time <= now { end(transfer, .failure(transfer.timeoutError(kind))) }
        }
    }

    private func end(_ transfer: CurlTransfer, _ outcome: CurlTransfer.Outcome) {
        if transfer.slot >= 0, transfer.slot < active.count {
            let last = active.removeLast()
            if last !== transfer {
                active[transfer.slot] = last
                last.slot = transfer.slot
            }
            transfer.slot = -1
        }
        if let handle = transfer.handle {
            curl_multi_remove_handle(handle.shard.multi, handle.easy)
            if let next = CurlHandle.isReusable ? handle : newHandle(on: handle.shard) { idle.append(next) }
            transfer.handle = nil
        }
        transfer.finish(outcome)
    }

    /// From now on `interest` is wanted of a socket of that shard; nil where none is.
    func want(_ interest: UInt32, of descriptor: curl_socket_t, for shard: CurlShard?) {
        if let shard {
            while owners.count <= Int(descriptor) { owners.append(nil) }
            owners[Int(descriptor)] = shard
        }
        watch.want(interest, of: descriptor)
    }

    fileprivate func closeSocket(_ descriptor: curl_socket_t) -> Int32 {
        watch.forget(descriptor)
        return close(descriptor)
    }
}

private let curlCloseSocket: curl_closesocket_callback = { context, descriptor in
    guard let context else { return close(descriptor) }
    return Unmanaged<CurlLoop>.fromOpaque(context).takeUnretainedValue().closeSocket(descriptor)
}

extension TransportError {
    /// libcurl's code in our words.
    fileprivate init(_ code: CURLcode, _ message: String, hasBody: Bool) {
        let kind: Kind =
            switch code {
            case CURLE_URL_MALFORMAT, CURLE_UNSUPPORTED_PROTOCOL, CURLE_BAD_FUNCTION_ARGUMENT: .badRequest
            case CURLE_COULDNT_RESOLVE_HOST, CURLE_COULDNT_RESOLVE_PROXY: .unknownHost
            case CURLE_COULDNT_CONNECT: .refused
            case CURLE_SSL_CONNECT_ERROR, CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CERTPROBLEM,
                CURLE_SSL_CACERT_BADFILE:
                .tls
            case CURLE_OPERATION_TIMEDOUT: .totalTimeout
            case CURLE_GOT_NOTHING, CURLE_SEND_ERROR, CURLE_SEND_FAIL_REWIND: .closed
            default: hasBody ? .truncated : .closed
            }
        self.init(kind, kind == .tls ? message + TrustedCertificates.hint(for: code) : message)
    }
}
