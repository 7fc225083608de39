internal import CCurl
internal import Experience
internal import Synchronization

/// One request on its way. Made by the caller, then owned by the loop's thread until the continuation is resumed.
///
/// Unchecked: everything mutable is touched by the loop's thread only, but for the continuation, which is set before the
/// transfer enters the inbox, and `isCancelled`, which is atomic.
final class CurlTransfer: @unchecked Sendable {
    typealias Outcome = Result<HTTPResponse, TransportError>

    let request: HTTPRequest
    let isCancelled = Atomic(false)
    var continuation: UnsafeContinuation<Outcome, Never>?

    var handle: CurlHandle?
    /// Position in the loop's list of active transfers; -1 when it is not there.
    var slot = -1
    /// Times are seconds on the loop's monotonic clock.
    var startedAt = 0.0
    var sentAt: Double?
    var firstByteAt: Double?
    var lastByteAt = 0.0
    var received = 0
    var body: [UInt8] = []
    /// The reason for an abort that we asked libcurl for.
    var refusal: TransportError?

    init(_ request: HTTPRequest) { self.request = request }

    /// The moment at which this transfer has waited too long, and what to say then.
    var deadline: (time: Double, kind: TransportError.Kind) {
        let limits = request.timeouts
        let total = startedAt + limits.total
        let phase: (Double, TransportError.Kind) =
            if firstByteAt != nil {
                (lastByteAt + limits.interChunk, .stalled)
            } else if let sentAt {
                (sentAt + limits.firstByte, .firstByteTimeout)
            } else {
                (startedAt + limits.connect, .connectTimeout)
            }
        return phase.0 <= total ? phase : (total, .totalTimeout)
    }

    func timeoutError(_ kind: TransportError.Kind) -> TransportError {
        let limits = request.timeouts
        return switch kind {
        case .stalled: TransportError(kind, "no byte for \(limits.interChunk) s after \(received) bytes of the body")
        case .firstByteTimeout: TransportError(kind, "no answer within \(limits.firstByte) s")
        case .connectTimeout: TransportError(kind, "no connection within \(limits.connect) s")
        default: TransportError(.totalTimeout, "not complete within \(limits.total) s")
        }
    }

    /// Takes a piece of the body; false ends the transfer with `refusal`.
    func receive(_ bytes: UnsafeBufferPointer<UInt8>, isSuccess: Bool, now: Double) -> Bool {
        if firstByteAt == nil { firstByteAt = now }
        lastByteAt = now
        received += bytes.count
        guard received <= request.maxResponseBytes else {
            refusal = TransportError(.tooLarge, "the answer is larger than \(request.maxResponseBytes) bytes")
            return false
        }
        guard isSuccess, let onBody = request.onBody else {
            body.append(contentsOf: bytes)
            return true
        }
        do {
            try onBody(bytes)
            return true
        } catch {
            refusal = TransportError(.rejected, "\(error)")
            return false
        }
    }

    /// Marks the moment the request goes out; false when it already went out once on a connection that died. libcurl
    /// re-sends silently in that case, and a completion request sent twice is sampled twice.
    func mayBeSent(now: Double) -> Bool {
        guard sentAt == nil else {
            refusal = TransportError(.closed, "the connection was closed before any byte of the answer")
            return false
        }
        sentAt = now
        return true
    }

    func finish(_ outcome: Outcome) {
        continuation?.resume(returning: outcome)
        continuation = nil
    }
}

/// An easy handle with everything that is the same for every request.
final class CurlHandle {
    /// Whether a handle may carry another request. Before 8.1 a reply whose first header line is folded makes libcurl write
    /// into a header of the handle's reply before, which it had freed (curl issue 11101).
    static let isReusable = curl_version_info(CURLVERSION_FIRST).pointee.version_num >= 0x08_01_00

    let easy: UnsafeMutableRawPointer
    /// Whose connections it uses.
    let shard: CurlShard
    private let errorText: UnsafeMutablePointer<CChar>
    private var headerList: UnsafeMutablePointer<curl_slist>?
    /// The lines of `headerList` behind its first, which are the same from request to request.
    private var commonHeaders: [String] = []
    private var socketPath: String?

    init?(shard: CurlShard, settings: HTTPSettings) {
        guard let easy = curl_easy_init() else { return nil }
        self.easy = easy
        self.shard = shard
        errorText = .allocate(capacity: Int(CURL_ERROR_SIZE))
        errorText.initialize(repeating: 0, count: Int(CURL_ERROR_SIZE))
        _ = assay_curl_set_pointer(easy, CURLOPT_ERRORBUFFER, errorText)
        let constants: [(CURLoption, Int)] = [
            (CURLOPT_NOSIGNAL, 1), (CURLOPT_TCP_NODELAY, 1),
            (CURLOPT_HTTP_VERSION, settings.isHTTP2 ? CURL_HTTP_VERSION_2TLS : CURL_HTTP_VERSION_1_1),
            (CURLOPT_BUFFERSIZE, 4 << 10), (CURLOPT_FOLLOWLOCATION, 0),
            // Servers close an idle connection after 5 s (vLLM, llama.cpp): do not race them.
            (CURLOPT_MAXAGE_CONN, 4),
            // The loop's own clock decides; these only keep libcurl's shorter defaults out of the way.
            (CURLOPT_CONNECTTIMEOUT_MS, 0x7FFF_FFFF), (CURLOPT_SUPPRESS_CONNECT_HEADERS, 1),
        ]
        for (option, value) in constants { _ = assay_curl_set_long(easy, option, value) }
        _ = assay_curl_set_pointer(easy, CURLOPT_PROTOCOLS_STR, "http,https")
        // Nothing compressed is asked for, see `setHeaders`; a proxy that compresses all the same is read.
        _ = assay_curl_set_pointer(easy, CURLOPT_ACCEPT_ENCODING, "")
        let trusted = TrustedCertificates.found
        if let file = trusted.file { _ = assay_curl_set_pointer(easy, CURLOPT_CAINFO, file) }
        if let folder = trusted.folder { _ = assay_curl_set_pointer(easy, CURLOPT_CAPATH, folder) }
        if let certificates = settings.certificates { _ = assay_curl_set_pointer(easy, CURLOPT_CAINFO, certificates) }
        if let proxy = settings.proxy { _ = assay_curl_set_pointer(easy, CURLOPT_PROXY, proxy) }
    }

    deinit {
        curl_easy_cleanup(easy)
        curl_slist_free_all(headerList)
        errorText.deallocate()
    }

    /// Points the handle at `transfer`'s request; nil when libcurl takes it, else the reason.
    func load(_ transfer: CurlTransfer) -> TransportError? {
        let request = transfer.request
        errorText[0] = 0
        guard assay_curl_set_pointer(easy, CURLOPT_URL, request.url) == CURLE_OK else {
            return TransportError(.badRequest, "\"\(SecretURL.shown(request.url))\" cannot be used as a URL")
        }
        if socketPath != request.socketPath {
            socketPath = request.socketPath
            let code =
                socketPath.map { assay_curl_set_pointer(easy, CURLOPT_UNIX_SOCKET_PATH, $0) }
                ?? assay_curl_set_pointer(easy, CURLOPT_UNIX_SOCKET_PATH, nil)
            if code != CURLE_OK { return TransportError(.badRequest, "the path of the Unix socket cannot be used") }
        }
        guard setHeaders(request.headers) else { return TransportError(.badRequest, "a header holds a line break") }
        _ = assay_curl_set_pointer(easy, CURLOPT_HTTPHEADER, headerList)
        switch request.method {
        case .get, .delete: _ = assay_curl_set_long(easy, CURLOPT_HTTPGET, 1)
        case .post:
            _ = assay_curl_set_long(easy, CURLOPT_POSTFIELDSIZE, request.body.count)
            _ = request.body.withUnsafeBytes {
                assay_curl_set_pointer(easy, CURLOPT_COPYPOSTFIELDS, $0.baseAddress ?? UnsafeRawPointer(errorText))
            }
        }
        // A handle keeps what it was told last.
        let method = request.method == .delete ? "DELETE" : nil
        _ =
            method.map { assay_curl_set_pointer(easy, CURLOPT_CUSTOMREQUEST, $0) }
            ?? assay_curl_set_pointer(easy, CURLOPT_CUSTOMREQUEST, nil)
        let context = Unmanaged.passUnretained(transfer).toOpaque()
        _ = assay_curl_set_pointer(easy, CURLOPT_PRIVATE, context)
        _ = assay_curl_set_write(easy, curlReceive, context)
        _ = assay_curl_set_prerequest(easy, curlPrerequest, context)
        return nil
    }

    // The last line is a request's own; those before it are mostly the list that is there already.
    private func setHeaders(_ headers: [String]) -> Bool {
        let isBroken = headers.contains { $0.utf8.contains { $0 == 0x0A || $0 == 0x0D || $0 == 0 } }
        if isBroken { return false }
        let common = headers.dropLast()
        let own = curl_slist_append(nil, headers.last ?? "Expect:")
        if let headerList, commonHeaders.count == common.count, commonHeaders.elementsEqual(common) {
            own?.pointee.next = headerList.pointee.next
            headerList.pointee.next = nil
            curl_slist_free_all(headerList)
        } else {
            curl_slist_free_all(headerList)
            commonHeaders = Array(common)
            var list = curl_slist_append(own, "Expect:")
            list = curl_slist_append(list, "Accept-Encoding:")
            for header in common { list = curl_slist_append(list, header) }
        }
        headerList = own
        return true
    }

    var status: Int {
        var code = 0
        _ = assay_curl_get_long(easy, CURLINFO_RESPONSE_CODE, &code)
        return code
    }

    /// Seconds that an answer's headers ask to wait; of a good answer, which may hold an error, only where one says so aloud.
    var retryHint: Double? {
        if status < 400, assay_curl_has_header(easy, "retry-after") == 0 { return nil }
        return RetryHint.seconds(headers.map { ($0.name, $0.value) }, now: Double(Timestamp.now) / 1000)
    }

    /// The header lines of the answer, as many as are of use.
    var headers: [HTTPResponse.Header] {
        var found: [HTTPResponse.Header] = []
        var line: UnsafeMutablePointer<curl_header>?
        while found.count < 256, let next = assay_curl_next_header(easy, line) {
            line = next
            guard let name = next.pointee.name, let value = next.pointee.value else { continue }
            found.append(HTTPResponse.Header(name: String(cString: name), value: String(cString: value)))
        }
        return found
    }

    /// Where a redirection leads to.
    var redirect: String? {
        var text: UnsafeMutableRawPointer?
        _ = assay_curl_get_pointer(easy, CURLINFO_REDIRECT_URL, &text)
        return text.map { String(cString: $0.assumingMemoryBound(to: CChar.self)) }
    }

    /// libcurl's own words for a failed transfer.
    func message(_ code: CURLcode) -> String {
        errorText[0] != 0 ? String(cString: errorText) : String(cString: curl_easy_strerror(code))
    }
}

private let curlReceive: curl_write_callback = { bytes, size, count, context in
    guard let context, let bytes else { return 0 }
    let transfer = Unmanaged<CurlTransfer>.fromOpaque(context).takeUnretainedValue()
    let length = size * count
    let isSuccess = transfer.handle.map { (200..<300).contains($0.status) } ?? false
    let accepted = bytes.withMemoryRebound(to: UInt8.self, capacity: length) {
        transfer.receive(
            UnsafeBufferPointer(start: $0, count: length), isSuccess: isSuccess, now: MonotonicClock.seconds)
    }
    return accepted ? length : 0
}

private let curlPrerequest: curl_prereq_callback = { context, _, _, _, _ in
    guard let context else { return CURL_PREREQFUNC_ABORT }
    let transfer = Unmanaged<CurlTransfer>.fromOpaque(context).takeUnretainedValue()
    return transfer.mayBeSent(now: MonotonicClock.seconds) ? CURL_PREREQFUNC_OK : CURL_PREREQFUNC_ABORT
}
