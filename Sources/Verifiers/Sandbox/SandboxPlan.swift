#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// What a worker's programs can see: system libraries, toolchains, and nothing else of the host.
struct SandboxPlan: Sendable, Equatable {
    /// A host path shown read-only.
    struct Bind: Sendable, Hashable {
        var source: String
        var target: String
    }

    /// Toolchains outside the system folders.
    var binds: [Bind] = []
    /// The warm interpreter's command and its environment; empty when there is none.
    var zygote: [String] = []
    var zygoteEnvironment: [String] = []
    /// No walls: limits only.
    var isOpen = false

    /// The plan as the worker reads it.
    var words: [String] {
        var words = isOpen ? ["open=1"] : Self.system + binds.map { "bind=\($0.source):\($0.target)" }
        words += zygote.map { "zygote=\($0)" }
        words += zygoteEnvironment.map { "variable=\($0)" }
        return words
    }

    /// System folders as they are on this host: merged into /usr by links, or folders of their own.
    private static let system: [String] = {
        var words = ["bind=/usr:/usr"]
        for folder in ["bin", "sbin", "lib", "lib64", "lib32"] {
            if let target = link("/\(folder)") {
                words.append("link=\(target):/\(folder)")
            } else if exists("/\(folder)") {
                words.append("bind=/\(folder):/\(folder)")
            }
        }
        // The last is what a Coq of the system's packages looks for its libraries with.
        for path in ["/etc/ld.so.cache", "/etc/alternatives", "/etc/ocamlfind.conf"] + settings where exists(path) {
            words.append("bind=\(path):\(path)")
        }
        for device in ["null", "zero", "full", "random", "urandom"] {
            words.append("bind=/dev/\(device):/dev/\(device)")
        }
        return words + [
            "link=/proc/self/fd:/dev/fd", "link=/proc/self/fd/0:/dev/stdin", "link=/proc/self/fd/1:/dev/stdout",
            "link=/proc/self/fd/2:/dev/stderr", "link=/box/shm:/dev/shm", "link=/box/tmp:/tmp",
            "link=/box/tmp:/var/tmp",
            "file=/etc/passwd:sandbox:x:1000:1000:sandbox:/box/work:/bin/sh\n", "file=/etc/group:sandbox:x:1000:\n",
            "file=/etc/hosts:127.0.0.1 localhost sandbox\n", "file=/etc/nsswitch.conf:hosts: files\n",
        ]
    }()

    /// Whether a folder is, or holds, the home folder of the user: never shown as a whole.
    static func holdsHome(_ folder: String) -> Bool {
        var homes = ["/root", "/home"]
        if let home = getenv("HOME") { homes.append(String(cString: home)) }
        let folder = folder.hasSuffix("/") ? folder : folder + "/"
        return homes.contains { ($0 + "/").hasPrefix(folder) }
            || (folder.hasPrefix("/home/") && folder.split(separator: "/").count == 2)
    }

    // Toolchains of the system whose installation links to folders of settings.
    private static let settings: [String] = {
        var found = ["/etc/R", "/etc/mono", "/etc/php", "/etc/ghc"].filter { exists($0) }
        guard let folder = opendir("/etc") else { return found }
        defer { closedir(folder) }
        while let entry = readdir(folder) {
            let name = withUnsafeBytes(of: &entry.pointee.d_name) {
                String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name.hasPrefix("java-") { found.append("/etc/\(name)") }
        }
        return found
    }()

    static func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }

    private static func link(_ path: String) -> String? {
        withUnsafeTemporaryAllocation(of: CChar.self, capacity: 4096) { room in
            guard let start = room.baseAddress else { return nil }
            let count = readlink(path, start, room.count)
            guard count > 0 else { return nil }
            return String(decoding: room[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self)
        }
    }
}
