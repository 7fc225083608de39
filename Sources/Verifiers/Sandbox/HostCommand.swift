import CSpawn
import Experience
import Workers

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

    /// What the command prints; nil when it fails or says nothing in a minute. It ends when we do.
    static func output(_ command: [String]) -> String? {
        var child = spawned()
        let code = command.withCStrings { arguments in
            // The C array of the environment, under the const type that a read-only argument has.
            spawn_bound(
                arguments,
                UnsafeMutableRawPointer(environ)?.assumingMemoryBound(to: UnsafePointer<CChar>?.self), &child)
        }
        guard code == 0 else { return nil }
        close(child.input)
        // Long: a tool that is slow on a busy machine is not a missing one.
        let deadline = POSIX.milliseconds + 60_000
        var bytes: [UInt8] = []
        while bytes.count < 1 << 16, let next = POSIX.available(child.output, deadline: deadline), !next.isEmpty {
            bytes += next
        }
        close(child.output)
        var status: Int32 = 0
        while waitpid(child.pid, &status, WNOHANG) == 0 {
            // It may have closed its output and run on. Its group: a version manager's shim is a tree of processes.
            if POSIX.milliseconds >= deadline { kill(-child.pid, SIGKILL) }
            usleep(500)
        }
        spawn_forget(child.pid)
        close(child.errors)
        return status == 0 ? String(decoding: bytes, as: UTF8.self) : nil
    }
}
