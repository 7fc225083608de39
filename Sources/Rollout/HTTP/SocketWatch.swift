internal import CCurl
internal import Glibc

/// The sockets of a loop in an epoll instance. What libcurl no longer wants stays registered until it is in the way: a
/// connection that is used again at once costs no system call then.
struct SocketWatch: ~Copyable {
    private struct Interest {
        var wanted: UInt32 = 0
        var registered: UInt32 = 0
    }

    let descriptor: Int32
    // By descriptor, which the kernel gives out from the lowest.
    private var interests: [Interest] = []

    /// Throws when the process has no descriptor left.
    init() throws {
        descriptor = epoll_create1(Int32(EPOLL_CLOEXEC))
        guard descriptor >= 0 else {
            throw TransportError(.refused, "no file descriptor is left (errno \(errno))")
        }
    }

    deinit { close(descriptor) }

    /// From now on `interest` (EPOLLIN, EPOLLOUT, or 0) is wanted of a socket.
    mutating func want(_ interest: UInt32, of socket: Int32) {
        let place = Int(socket)
        guard place >= 0 else { return }
        while interests.count <= place { interests.append(Interest()) }
        interests[place].wanted = interest
        if interest & ~interests[place].registered != 0 { register(place) }
    }

    /// The events of a socket that are wanted; others end their registration.
    mutating func filter(_ events: UInt32, of socket: Int32) -> UInt32 {
        let place = Int(socket)
        guard interests.indices.contains(place) else { return events }
        let failures = EPOLLERR.rawValue | EPOLLHUP.rawValue
        if events & ~interests[place].wanted != 0, interests[place].wanted != interests[place].registered {
            register(place)
        }
        return interests[place].wanted == 0 ? 0 : events & (interests[place].wanted | failures)
    }

    /// The socket is about to be closed, and its number to be given to another.
    mutating func forget(_ socket: Int32) {
        let place = Int(socket)
        guard interests.indices.contains(place) else { return }
        interests[place].wanted = 0
        if interests[place].registered != 0 { register(place) }
    }

    private mutating func register(_ place: Int) {
        let wanted = interests[place].wanted
        let operation =
            wanted == 0 ? EPOLL_CTL_DEL : interests[place].registered == 0 ? EPOLL_CTL_ADD : EPOLL_CTL_MOD
        var event = epoll_event()
        event.events = wanted
        event.data.fd = Int32(place)
        if epoll_ctl(descriptor, operation, event.data.fd, &event) != 0, operation != EPOLL_CTL_DEL {
            let other = errno == EEXIST ? EPOLL_CTL_MOD : EPOLL_CTL_ADD
            _ = epoll_ctl(descriptor, other, event.data.fd, &event)
        }
        interests[place].registered = wanted
    }
}
