import Foundation

/// How many processors this process's children keep busy, by what the system says of each of them.
final class ProcessorLoad: Sendable {
    private let queue = DispatchQueue(label: "assay.load")

    /// Of `count` processors those that no program of ours wants now.
    func idle(of count: Int) async -> Int {
        await withCheckedContinuation { continuation in
            queue.async { continuation.resume(returning: count - Self.busy()) }
        }
    }

    // Programs are children's children: one look at all processes, which costs a millisecond or two and is done while something
    // waits alone.
    private static func busy() -> Int {
        var parents: [Int32: Int32] = [:]
        var running: [Int32] = []
        guard let folder = opendir("/proc") else { return 0 }
        defer { closedir(folder) }
        while let entry = readdir(folder) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            guard let id = Int32(name), let (state, parent) = status(of: name) else { continue }
            parents[id] = parent
            if state == UInt8(ascii: "R") || state == UInt8(ascii: "D") { running.append(id) }
        }
        let own = getpid()
        return running.count { id in
            var ancestor = parents[id]
            var steps = 0
            while let next = ancestor, next > 1, steps < 64 {
                if next == own { return true }
                ancestor = parents[next]
                steps += 1
            }
            return false
        }
    }

    // `pid (name) STATE PARENT …`; the name may hold anything, so the last parenthesis counts.
    private static func status(of id: String) -> (state: UInt8, parent: Int32)? {
        let file = open("/proc/\(id)/stat", O_RDONLY | O_CLOEXEC)
        if file < 0 { return nil }
        defer { close(file) }
        var buffer = [UInt8](repeating: 0, count: 512)
        let count = read(file, &buffer, buffer.count)
        guard count > 0, let end = buffer[..<count].lastIndex(of: UInt8(ascii: ")")), end + 4 < count else {
            return nil
        }
        let parent = buffer[(end + 4)..<count].prefix { (0x30...0x39).contains($0) }
        guard let number = Int32(String(decoding: parent, as: UTF8.self)) else { return nil }
        return (buffer[end + 2], number)
    }
}
