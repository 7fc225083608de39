// What every program loses before its first instruction: privileges, capabilities, dangerous system calls, resources.
#include "worker.h"

#include <errno.h>
#include <linux/audit.h>
#include <linux/capability.h>
#include <linux/filter.h>
#include <linux/sched.h>
#include <linux/seccomp.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#if defined(__x86_64__)
#define ARCHITECTURE AUDIT_ARCH_X86_64
#elif defined(__aarch64__)
#define ARCHITECTURE AUDIT_ARCH_AARCH64
#else
#error "the sandbox knows x86_64 and aarch64"
#endif

#define LOAD(field) BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, field))
#define REFUSE(code) BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | (code))
#define DENY(call, code) BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_##call, 0, 1), REFUSE(code)
// Looks at the call's argument in the next `n` instructions; the number is loaded again after them.
#define WHEN(call, n) BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_##call, 0, (n) + 1)

static const struct sock_filter filter[] = {
    LOAD(arch),
    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, ARCHITECTURE, 1, 0),
    BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS),
    LOAD(nr),
#if defined(__x86_64__)
    // The x32 numbers are a second door to the same calls.
    BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, 0x40000000, 0, 1),
    REFUSE(ENOSYS),
    DENY(iopl, EPERM),
    DENY(ioperm, EPERM),
    DENY(modify_ldt, EPERM),
    DENY(uselib, EPERM),
    DENY(ustat, EPERM),
    DENY(sysfs, EPERM),
#endif
    // Other processes' memory and state.
    DENY(ptrace, EPERM),
    DENY(process_vm_readv, EPERM),
    DENY(process_vm_writev, EPERM),
    DENY(kcmp, EPERM),
    DENY(pidfd_getfd, EPERM),
    DENY(process_madvise, EPERM),
    // Mounts and namespaces.
    DENY(mount, EPERM),
    DENY(umount2, EPERM),
    DENY(pivot_root, EPERM),
    DENY(chroot, EPERM),
    DENY(open_tree, EPERM),
    DENY(move_mount, EPERM),
    DENY(fsopen, EPERM),
    DENY(fsconfig, EPERM),
    DENY(fsmount, EPERM),
    DENY(fspick, EPERM),
    DENY(mount_setattr, EPERM),
    // The interpreter must enter boxes, so setns is not here: it needs capabilities, which no program has.
    DENY(unshare, EPERM),
    DENY(name_to_handle_at, EPERM),
    DENY(open_by_handle_at, EPERM),
    // Kernel surface that no program under test needs.
    DENY(bpf, EPERM),
    DENY(perf_event_open, EPERM),
    DENY(userfaultfd, EPERM),
    DENY(io_uring_setup, ENOSYS),
    DENY(io_uring_enter, ENOSYS),
    DENY(io_uring_register, ENOSYS),
    DENY(add_key, EPERM),
    DENY(request_key, EPERM),
    DENY(keyctl, EPERM),
    DENY(fanotify_init, EPERM),
    DENY(quotactl, EPERM),
    DENY(acct, EPERM),
    DENY(swapon, EPERM),
    DENY(swapoff, EPERM),
    DENY(reboot, EPERM),
    DENY(kexec_load, EPERM),
    DENY(kexec_file_load, EPERM),
    DENY(init_module, EPERM),
    DENY(finit_module, EPERM),
    DENY(delete_module, EPERM),
    DENY(syslog, EPERM),
    DENY(settimeofday, EPERM),
    DENY(clock_settime, EPERM),
    DENY(adjtimex, EPERM),
    DENY(clock_adjtime, EPERM),
    DENY(vhangup, EPERM),
    // Memory that belongs to no process, and so to no limit.
    DENY(memfd_create, ENOSYS),
    DENY(vmsplice, ENOSYS),
    DENY(splice, ENOSYS),
    DENY(tee, ENOSYS),
#ifdef SYS_memfd_secret
    DENY(memfd_secret, ENOSYS),
#endif
    DENY(shmget, ENOSYS),
    DENY(semget, ENOSYS),
    DENY(msgget, ENOSYS),
    DENY(mq_open, ENOSYS),
    // Its flags lie behind a pointer that a filter cannot follow; libc falls back to clone.
    DENY(clone3, ENOSYS),
    WHEN(clone, 3),
    LOAD(args[0]),
    BPF_JUMP(
        BPF_JMP | BPF_JSET | BPF_K,
        // And no siblings: the interpreter would have to reap them.
        CLONE_NEWUSER | CLONE_NEWNS | CLONE_NEWPID | CLONE_NEWNET | CLONE_NEWIPC | CLONE_NEWUTS | CLONE_NEWCGROUP
            | CLONE_PARENT,
        0, 1),
    REFUSE(EPERM),
    LOAD(nr),
    // Only socket families that the network namespace walls in.
    WHEN(socket, 5),
    LOAD(args[0]),
    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, AF_UNIX, 3, 0),
    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, AF_INET, 2, 0),
    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, AF_INET6, 1, 0),
    REFUSE(EAFNOSUPPORT),
    LOAD(nr),
    // Characters pushed into a terminal.
    WHEN(ioctl, 4),
    LOAD(args[1]),
    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, TIOCSTI, 1, 0),
    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, TIOCLINUX, 0, 1),
    REFUSE(EPERM),
    LOAD(nr),
    BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
};

static int set_capabilities(uint32_t bits, int inheritable) {
    struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3, .pid = 0};
    struct __user_cap_data_struct data[2] = {
        {.effective = bits, .permitted = bits, .inheritable = inheritable ? bits : 0}, {0}};
    return (int)syscall(SYS_capset, &header, data);
}

// Order of the interpreter's own table: cpu, address space, file size, files, processes, stack, core.
void limit_values(const struct sandbox_limits *limits, uint64_t values[8]) {
    uint64_t none = (uint64_t)RLIM_INFINITY;
    // The worker counts processor time of all processes; this is the backstop for each one.
    values[0] = limits->cpu_ms / 1000 * (limits->stages + 1) + 2;
    values[1] = limits->address_space != 0 ? limits->address_space : none;
    values[2] = limits->disk;
    values[3] = limits->files;
    values[4] = (uint64_t)limits->processes + 3;  // worker, zygote and box init share the count
    values[5] = limits->stack;
    // Not 0: a core_pattern that names a program is run even then; 1 is the value that keeps it from running.
    values[6] = 1;
    values[7] = 0;
}

int confine(const struct sandbox_limits *limits) {
    static const int kinds[] = {RLIMIT_CPU, RLIMIT_AS, RLIMIT_FSIZE, RLIMIT_NOFILE, RLIMIT_NPROC, RLIMIT_STACK, RLIMIT_CORE};
    uint64_t values[8];
    limit_values(limits, values);
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        // Without walls the count of processes would include all of the user's others.
        if (walls_open && kinds[i] == RLIMIT_NPROC) continue;
        struct rlimit limit = {values[i], values[i]};
        if (setrlimit(kinds[i], &limit) != 0 && kinds[i] != RLIMIT_STACK) return -1;
    }
    if (walls_open) return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
    if (set_capabilities(0, 0) != 0) return -1;
    return forbid_calls();
}

int forbid_calls(void) {
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return -1;
    struct sock_fprog program = {.len = sizeof filter / sizeof *filter, .filter = (struct sock_filter *)filter};
    return prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program, 0, 0);
}

int keep_ambient(void) {
    for (int capability = 0; capability <= 63; capability++) {
        if (capability != CAP_SYS_ADMIN) prctl(PR_CAPBSET_DROP, capability, 0, 0, 0);
    }
    if (set_capabilities(1u << CAP_SYS_ADMIN, 1) != 0) return -1;
    return prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, CAP_SYS_ADMIN, 0, 0);
}
