import Foundation

/// What to do where the walls around a program could not be built.
enum SandboxRemedy {
    /// The remedy for what a worker said when its walls could not be built.
    static func text(for problem: String) -> String {
        if problem.contains("user namespace"), isChroot {
            return "this is a chroot, where the kernel allows no user namespaces: enter the folder as a root of its "
                + "own (systemd-nspawn, podman --rootfs, bwrap), or run assay outside of it"
        }
        if problem.contains("leave root") {
            return "this root is a mapped one that knows no other user (unshare -r): run assay as the ordinary user "
                + "that it is outside, or map a range of ids"
        }
        if problem.contains("user namespace") || problem.contains("uid_map") {
            return "allow user namespaces: sysctl kernel.unprivileged_userns_clone=1 (Debian), "
                + "kernel.apparmor_restrict_unprivileged_userns=0 (Ubuntu 24.04), user.max_user_namespaces above 0; "
                + "in Docker, --security-opt seccomp=unconfined; or run as root"
        }
        if problem.contains("mount proc") {
            return "the host's /proc is partly hidden, as in Docker: --security-opt systempaths=unconfined"
        }
        if problem.contains("5.12") { return "a kernel of at least Linux 5.12" }
        return "run with the option unsafe only where the whole machine may be lost to a program"
    }

    /// Whether our root is no mount of its own.
    private static var isChroot: Bool {
        guard let mounts = try? String(contentsOfFile: "/proc/self/mountinfo", encoding: .utf8) else { return false }
        return !mounts.split(separator: "\n").contains { line in
            let fields = line.split(separator: " ", maxSplits: 5)
            return fields.count > 4 && fields[4] == "/"
        }
    }
}
