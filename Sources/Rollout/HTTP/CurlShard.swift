internal import CCurl
internal import Glibc

/// One of a loop's multi handles, with the connections and easy handles that are its own.
///
/// libcurl looks through all connections of a multi handle for one that is free, at each request: with 2,048 in one it did
/// little else. Touched by the loop's thread alone.
final class CurlShard {
    let multi: UnsafeMutableRawPointer
    /// When libcurl wants to be called without a socket event; nil for never.
    var timerAt: Double?
    /// Whether libcurl was driven since its finished transfers were taken.
    var isDriven = false
    private unowned let loop: CurlLoop

    /// nil when libcurl has no memory left.
    init?(of loop: CurlLoop, maxConnections: Int) {
        guard let multi = curl_multi_init() else { return nil }
        self.multi = multi
        self.loop = loop
        _ = assay_multi_set_long(multi, CURLMOPT_MAXCONNECTS, maxConnections)
        _ = assay_multi_set_long(multi, CURLMOPT_PIPELINING, 0)
        let context = Unmanaged.passUnretained(self).toOpaque()
        _ = assay_multi_set_socket(multi, curlWatchSocket, context)
        _ = assay_multi_set_timer(multi, curlSetTimer, context)
    }

    deinit {
        // From 8.10 on libcurl says good-bye on TLS connections while it is cleaned up, and would tell us of their sockets:
        // nobody may hold on to this shard any more.
        _ = assay_multi_set_socket(multi, nil, nil)
        _ = assay_multi_set_timer(multi, nil, nil)
        curl_multi_cleanup(multi)
    }

    /// Tells libcurl that a socket is ready, or its timer due.
    func drive(_ descriptor: curl_socket_t, _ flags: Int32) {
        var running: Int32 = 0
        isDriven = true
        _ = curl_multi_socket_action(multi, descriptor, flags, &running)
    }

    fileprivate func watchSocket(_ descriptor: curl_socket_t, _ what: Int32) {
        var interest: UInt32 = 0
        if what != CURL_POLL_REMOVE {
            if what & CURL_POLL_IN != 0 { interest |= EPOLLIN.rawValue }
            if what & CURL_POLL_OUT != 0 { interest |= EPOLLOUT.rawValue }
        }
        loop.want(interest, of: descriptor, for: interest == 0 ? nil : self)
    }

    fileprivate func setTimer(_ milliseconds: Int) {
        timerAt = milliseconds < 0 ? nil : MonotonicClock.seconds + Double(milliseconds) / 1000
    }
}

private let curlWatchSocket: curl_socket_callback = { _, descriptor, what, context, _ in
    guard let context else { return 0 }
    Unmanaged<CurlShard>.fromOpaque(context).takeUnretainedValue().watchSocket(descriptor, what)
    return 0
}

private let curlSetTimer: curl_multi_timer_callback = { _, milliseconds, context in
    guard let context else { return 0 }
    Unmanaged<CurlShard>.fromOpaque(context).takeUnretainedValue().setTimer(milliseconds)
    return 0
}
