import Foundation
import Synchronization

/// The `Date` header, formatted once a second.
final class HTTPDate: Sendable {
    private let cache = Mutex((second: 0, text: ""))

    /// Now, as RFC 9110 writes it.
    var text: String {
        var now = time(nil)
        return cache.withLock { cache in
            if cache.second == now { return cache.text }
            var parts = tm()
            gmtime_r(&now, &parts)
            var buffer = [CChar](repeating: 0, count: 40)
            let count = strftime(&buffer, buffer.count, "%a, %d %b %Y %H:%M:%S GMT", &parts)
            cache = (now, String(decoding: buffer.prefix(count).map { UInt8(bitPattern: $0) }, as: UTF8.self))
            return cache.text
        }
    }
}
