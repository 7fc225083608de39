import Foundation
import NIOCore

/// The server's address cannot be had.
public struct ListenError: Error, Sendable, CustomStringConvertible {
    /// The host as told.
    public var host: String
    /// The port as told.
    public var port: Int
    /// What is in the way and what to do.
    public var message: String

    /// One line: address, what is wrong, what to do.
    public var description: String { "cannot listen on \(host):\(port): \(message)" }

    init(host: String, port: Int, _ error: any Error) {
        self.host = host
        self.port = port
        switch error {
        case let error as IOError where error.errnoCode == EADDRINUSE:
            message = "another process has this port; stop it, or choose another with --port (0: a free one)"
        case let error as IOError where error.errnoCode == EACCES:
            message = "this user may not have this port; choose one above 1023 with --port"
        case let error as IOError where error.errnoCode == EADDRNOTAVAIL:
            message = "no interface of this machine has this address; choose another with --host"
        case let error as IOError: message = String(cString: strerror(error.errnoCode))
        case is SocketAddressError, is SocketAddressError.UnknownHost:
            message = "there is no such host; choose another with --host"
        default: message = "\(error)"
        }
    }
}
