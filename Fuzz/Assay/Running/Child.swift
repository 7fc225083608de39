import Foundation

/// A process of this program, leader of a group of its own, so that it goes with all that it started.
struct Child {
    /// How it ended.
    enum End: Equatable {
        case exit(Int32)
        case signal(Int32)
    }

    let pid: Int32

    /// Starts this program with other arguments. What it prints is dropped, but for errors, which go to the file `errors`.
    init(_ arguments: [String], errors: String = "/dev/null") throws {
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETPGROUP))
        posix_spawnattr_setpgroup(&attributes, 0)
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0)
        posix_spawn_file_actions_addopen(&actions, 2, errors, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
        defer {
            posix_spawnattr_destroy(&attributes)
            posix_spawn_file_actions_destroy(&actions)
        }
        // A backtrace takes seconds, and the supervisor sees the signal anyway.
        let environment = ProcessInfo.processInfo.environment.merging(["SWIFT_BACKTRACE": "enable=no"]) { $1 }
        var argv = (["AssayFuzz"] + arguments).map { strdup($0) } + [nil]
        var envp = environment.map { strdup("\($0.key)=\($0.value)") } + [nil]
        defer { for pointer in argv + envp { free(pointer) } }
        var started: pid_t = 0
        let code = posix_spawn(&started, "/proc/self/exe", &actions, &attributes, &argv, &envp)
        guard code == 0 else { throw FuzzFailure("no process can be started: \(String(cString: strerror(code)))") }
        pid = started
    }

    /// How it ended; nil while it runs.
    func poll() -> End? {
        var status: Int32 = 0
        guard waitpid(pid, &status, WNOHANG) == pid else { return nil }
        // What it left behind in its group ends with it.
        kill(-pid, SIGKILL)
        return status & 0x7F == 0 ? .exit(status >> 8 & 0xFF) : .signal(status & 0x7F)
    }

    func end() {
        kill(-pid, SIGKILL)
        var status: Int32 = 0
        waitpid(pid, &status, 0)
    }

    /// Waits for its end at most so long; nil when it was ended for that.
    func wait(seconds: Double) -> End? {
        let limit = WorkerState.now + Int64(seconds * 1e9)
        while WorkerState.now < limit {
            if let end = poll() { return end }
            usleep(2000)
        }
        end()
        return nil
    }
}
