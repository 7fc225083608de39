import Experience
import JSON
import Verifiers

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// Runs a folder of hostile and honest programs and looks at the host afterwards.
struct Threats {
    /// The folder with `manifest.json`.
    var folder: String

    /// Runs all, prints what is wrong, and gives the number of breaches.
    func run() async -> Int {
        guard let manifest = try? JSONValue(parsing: readFile(folder + "/manifest.json")),
            let entries = manifest["entries"]?.arrayValue
        else {
            print("no manifest.json with entries in \(folder)")
            return 1
        }
        let listener = Listener(port: 8080)
        var options = CodeOptions()
        options.slots = 1
        options.cache = 0
        let verifier = CodeVerifier(options: options)
        var breaches = 0
        var isolation: Set<String> = []
        for entry in entries {
            guard let id = entry["id"]?.stringValue, let file = entry["file"]?.stringValue else { continue }
            let source = String(decoding: readFile(folder + "/" + file), as: UTF8.self)
            let item = VerificationItem(
                problem: Problem(id: id, fields: JSONRow(entry)), completion: Completion(text: source))
            let start = ContinuousClock().now
            let verdict = await verifier.verify(item)
            let seconds =
                Double((ContinuousClock().now - start).components.attoseconds) / 1e18
                + Double((ContinuousClock().now - start).components.seconds)
            isolation.insert(verdict.details?["isolation"]?.stringValue ?? "none")
            let faults = self.faults(entry, verdict, seconds: seconds, survivors: survivors(), listener: listener)
            for fault in faults { print("\(id): \(fault)\n    \(verdict.details?.text.prefix(700) ?? "")") }
            breaches += faults.isEmpty ? 0 : 1
        }
        await verifier.shutdown()
        let left = descendants().count
        if left > 0 { print("\(left) processes left after shutdown") }
        print("\(entries.count) programs as uid \(geteuid()), isolation \(isolation.sorted()), \(breaches) breaches")
        return breaches + left
    }

    private func faults(
        _ entry: JSONValue, _ verdict: Verdict, seconds: Double, survivors: Int, listener: Listener
    ) -> [String] {
        var faults: [String] = []
        let isPass = verdict.outcome == .correct
        if isPass != (entry["expect"]?.stringValue == "pass") { faults.append("verdict \(verdict.outcome)") }
        let accepted = (entry["accept_statuses"]?.arrayValue ?? []).compactMap(\.stringValue)
        // An attack that was seen, and tests that never ran, are not paid: that is what counts.
        let isUnpaid = !isPass && ["tampered", "noTests"].contains(verdict.reason)
        if !verdict.outcome.isScored, !isUnpaid { faults.append("not scored: \(verdict.explanation ?? "")") }
        // We call a program that was killed a runtime error.
        let isKilled = verdict.reason == "runtime_error" && accepted.contains("killed")
        if !accepted.contains(verdict.reason), !isKilled, !isUnpaid {
            faults.append("status \(verdict.reason), accepted: \(accepted.joined(separator: " "))")
        }
        // Where others use the processors, the same processor time takes longer: this finds what hangs.
        if let most = entry["max_wall_s"]?.doubleValue.map({ $0 * max(2, 2 * machineLoad()) }), seconds > most {
            faults.append("took \(seconds) s of \(most)")
        }
        if survivors > 0 { faults.append("\(survivors) processes of it are alive") }
        for path in (entry["observe"]?["no_file"]?.arrayValue ?? []).compactMap(\.stringValue)
        where access(path, F_OK) == 0 {
            faults.append("left \(path)")
        }
        if access("core", F_OK) == 0 { faults.append("left a core file") }
        if verdict.details?.text.contains("root:") == true { faults.append("the report shows a host file") }
        if listener.wasReached { faults.append("reached a port of the host") }
        return faults
    }
}

/// Runnable processes per processor, of the last minute.
func machineLoad() -> Double {
    let text = String(decoding: readStream("/proc/loadavg"), as: UTF8.self)
    let load = text.split(separator: " ").first.flatMap { Double($0) } ?? 0
    return load / Double(max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN))))
}

/// Processes of programs that are still there: in a box, and not its init.
func survivors() -> Int {
    descendants().count { pid in
        let status = String(decoding: readStream("/proc/\(pid)/status"), as: UTF8.self)
        guard let line = status.split(separator: "\n").first(where: { $0.hasPrefix("NSpid:") }) else { return false }
        // Its number here, in the worker's namespace, and in the box.
        let numbers = line.split(whereSeparator: \.isWhitespace).dropFirst()
        return numbers.count > 2 && numbers.last != "1"
    }
}

/// Processes below this one.
func descendants() -> [Int32] {
    var parents: [Int32: Int32] = [:]
    guard let directory = opendir("/proc") else { return [] }
    defer { closedir(directory) }
    while let entry = readdir(directory) {
        let name = withUnsafeBytes(of: &entry.pointee.d_name) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
        guard let pid = Int32(name) else { continue }
        let stat = readStream("/proc/\(name)/stat")
        guard let end = stat.lastIndex(of: UInt8(ascii: ")")) else { continue }
        let fields = stat[(end + 1)...].split(separator: UInt8(ascii: " "))
        guard fields.count > 1, let parent = Int32(String(decoding: fields[1], as: UTF8.self)) else { continue }
        parents[pid] = parent
    }
    let own = getpid()
    return parents.keys.filter { pid in
        var ancestor = pid
        for _ in 0..<64 {
            guard let parent = parents[ancestor] else { return false }
            if parent == own { return true }
            ancestor = parent
        }
        return false
    }
}

/// A service of the host that no program may reach.
final class Listener {
    private let descriptor: Int32

    init(port: UInt16) {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                _ = bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        listen(descriptor, 8)
        _ = fcntl(descriptor, F_SETFL, O_NONBLOCK)
    }

    deinit { close(descriptor) }

    var wasReached: Bool {
        let connection = accept(descriptor, nil, nil)
        if connection >= 0 { close(connection) }
        return connection >= 0
    }
}
