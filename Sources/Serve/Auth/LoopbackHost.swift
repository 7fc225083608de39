import Foundation

/// Which hosts are this machine, by their spelling alone: nothing is looked up, because a name leads wherever its owner wants.
enum LoopbackHost {
    /// Whether a `Host` header's value, `host` or `host:port`, names this machine.
    static func matches(authority: String) -> Bool { Authority(authority).map { isLoopback($0.host) } ?? false }

    /// Whether an address to listen on is this machine's alone.
    static func matches(address: String) -> Bool { isLoopback(address) }

    /// `localhost`, an IPv4 address of 127.0.0.0/8 in four decimal parts, `::1`, or one of the former as IPv6.
    private static func isLoopback(_ host: String) -> Bool {
        // C would read up to a NUL.
        if host.utf8.contains(0) { return false }
        var name = host.lowercased()
        if name.hasSuffix(".") { name.removeLast() }
        if name == "localhost" { return true }
        var four = in_addr()
        if inet_pton(AF_INET, host, &four) == 1 { return UInt32(bigEndian: four.s_addr) >> 24 == 127 }
        var six = in6_addr()
        guard inet_pton(AF_INET6, host, &six) == 1 else { return false }
        let bytes = withUnsafeBytes(of: six) { Array($0) }
        let one = [UInt8](repeating: 0, count: 15) + [1]
        let mapped = [UInt8](repeating: 0, count: 10) + [0xFF, 0xFF, 127]
        return bytes == one || bytes.starts(with: mapped)
    }
}

/// A host and its port as they stand in a `Host` header or an origin.
struct Authority: Equatable {
    /// Lower case; an IPv6 address without its brackets.
    var host: String
    var port: Int?

    /// Reads `host`, `host:port`, `[v6]` or `[v6]:port`; nil for anything else, such as `user@host`.
    init?(_ text: String) {
        let legal = text.utf8.allSatisfy { byte in
            (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
                || ".-_:[]".utf8.contains(byte)
        }
        guard legal else { return nil }
        let rest: Substring
        if text.hasPrefix("[") {
            guard let end = text.firstIndex(of: "]") else { return nil }
            host = text[text.index(after: text.startIndex)..<end].lowercased()
            rest = text[text.index(after: end)...]
            guard host.contains(":") else { return nil }
        } else {
            host = text.prefix { $0 != ":" }.lowercased()
            rest = text.dropFirst(host.utf8.count)
        }
        if host.isEmpty || host.contains("[") || host.contains("]") { return nil }
        if rest.isEmpty { return }
        let digits = rest.dropFirst()
        guard rest.first == ":", (1...5).contains(digits.utf8.count),
            digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }),
            let port = Int(digits), port <= 65_535
        else { return nil }
        self.port = port
    }
}
