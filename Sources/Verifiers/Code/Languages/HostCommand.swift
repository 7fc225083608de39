#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// Asks a tool of the host a question, for example an interpreter where it is. Blocks: for threads of our own only.
enum HostCommand {
    /// The first executable of that name in PATH, or in the usual folders when PATH is not set.
    static func find(_ name: String) -> String? {
        if name.contains("/") { return access(name, X_OK) == 0 ? name : nil }
        let path = getenv("PATH").map { String(cString: $0) } ?? "/usr/local/bin:/usr/bin:/bin"
        return path.split(separator: ":").lazy.map { "\($0)/\(name)" }.first { access($0, X_OK) == 0 }
    }

    /// Where a path leads after all links.
    static func realPath(_ path: String) -> String? {
        guard let resolved = realpath(path, nil) else { return nil }
        defer { free(resolved) }
        return String(cString: resolved)
    }

    /// What the command prints; nil when it fails or says nothing in ten seconds.
    static func output(_ command: [String]) -> String? {
        guard let program = command.first else { return nil }
        var ends: [Int32] = [-1, -1]
        guard socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0, &ends) == 0 else {
            return nil
        }
        defer { close(ends[0]) }
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_adddup2(&actions, ends[1], 1)
        posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0)
        var pid: pid_t = 0
        let code = command.withCStrings { arguments in
            // posix_spawn takes mutable strings for historic reasons and leaves them alone.
            posix_spawn(
                &pid, program, &actions, nil,
                UnsafeMutableRawPointer(mutating: arguments)
                    .assumingMemoryBound(to: UnsafeMutablePointer<CChar>?.self), environ)
        }
        close(ends[1])
        guard code == 0 else { return nil }
        let deadline = POSIX.milliseconds + 10_000
        var bytes: [UInt8] = []
        while bytes.count < 1 << 16, let next = POSIX.read(ends[0], count: 1, deadline: deadline) { bytes += next }
        if POSIX.milliseconds >= deadline { kill(pid, SIGKILL) }
        var status: Int32 = 0
        while waitpid(pid, &status, 0) < 0 && errno == EINTR {}
        return status == 0 ? String(decoding: bytes, as: UTF8.self) : nil
    }
}
