#define _GNU_SOURCE
#include "CSpawn.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

// The same number on every architecture; headers of a C library before 2.34 may not have it.
#ifndef SYS_close_range
#define SYS_close_range 436
#endif

// Fewer wake-ups for the same bytes; a smaller limit of the system is fine too.
static const int pipe_bytes = 1 << 20;

// Programs not waited for yet; 0 is a free place. One that finds none is still ended with us, its children perhaps not.
static _Atomic int alive[1024];

static void replace(int old, int new) {
    for (size_t i = 0; i < sizeof alive / sizeof *alive; i++) {
        int expected = old;
        if (atomic_compare_exchange_strong(&alive[i], &expected, new)) return;
    }
}

void spawn_forget(int pid) {
    if (pid > 0) replace(pid, 0);
}

void spawn_end_all(void) {
    for (size_t i = 0; i < sizeof alive / sizeof *alive; i++) {
        const int pid = atomic_load(&alive[i]);
        if (pid > 0) kill(-pid, SIGKILL);
    }
}

void spawn_adopt(void) { prctl(PR_SET_CHILD_SUBREAPER, 1); }

// Runs in the child, in the parent's memory: only system calls.
static int become(const char *const *argv, const char *const *environment, const int *files, pid_t parent) {
    sigset_t none;
    sigemptyset(&none);
    if (prctl(PR_SET_PDEATHSIG, SIGKILL) != 0) return errno;
    if (getppid() != parent) return ESRCH;
    if (setpgid(0, 0) != 0) return errno;
    // Out of the way of 0, 1 and 2 first, so that no dup2 overwrites another one's source.
    int high[3];
    for (int i = 0; i < 3; i++) {
        high[i] = fcntl(files[i], F_DUPFD_CLOEXEC, 3);
        if (high[i] < 0) return errno;
    }
    for (int i = 0; i < 3; i++)
        if (dup2(high[i], i) < 0) return errno;
    if (syscall(SYS_close_range, 3u, ~0u, 4 /* CLOSE_RANGE_CLOEXEC */) != 0) {
        if (errno != ENOSYS && errno != EINVAL) return errno;
        // Before Linux 5.11 one by one, without memory of our own: it is our parent's.
        struct rlimit limit;
        int end = getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur < 1 << 16 ? (int)limit.rlim_cur : 1 << 16;
        for (int fd = 3; fd < end; fd++) fcntl(fd, F_SETFD, FD_CLOEXEC);
    }
    signal(SIGPIPE, SIG_DFL);
    // Our handlers would run in our memory between here and the new program; what we ignore, it ignores.
    const int caught[] = {SIGINT, SIGTERM, SIGHUP};
    for (size_t i = 0; i < sizeof caught / sizeof *caught; i++) {
        struct sigaction old;
        if (sigaction(caught[i], NULL, &old) == 0 && old.sa_handler != SIG_IGN) signal(caught[i], SIG_DFL);
    }
    signal(SIGXFSZ, SIG_DFL);
    sigprocmask(SIG_SETMASK, &none, NULL);
    execvpe(argv[0], (char *const *)argv, (char *const *)environment);
    return errno;
}

static int start(const char *const *argv, const char *const *environment, const int *files, int *pid) {
    const pid_t parent = getpid();
    volatile int failure = 0;
    // No signal handler of ours may run in the child while it shares our memory.
    sigset_t all, old;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &old);
    const pid_t child = vfork();
    if (child == 0) {
        failure = become(argv, environment, files, parent);
        _exit(127);
    }
    const int code = errno;
    if (child > 0 && failure == 0) replace(0, child);
    pthread_sigmask(SIG_SETMASK, &old, NULL);
    if (child < 0) return code;
    if (failure != 0) {
        while (waitpid(child, NULL, 0) < 0 && errno == EINTR) {}
        return failure;
    }
    *pid = child;
    return 0;
}

int spawn_bound(const char *const *argv, const char *const *environment, struct spawned *spawned) {
    int ends[6] = {-1, -1, -1, -1, -1, -1};
    int code = 0;
    // A write to a program that has died is an error, never the end of whoever hosts this library.
    struct sigaction old;
    if (sigaction(SIGPIPE, NULL, &old) == 0 && old.sa_handler == SIG_DFL) signal(SIGPIPE, SIG_IGN);
    for (int i = 0; i < 6 && code == 0; i += 2)
        if (pipe2(ends + i, O_CLOEXEC) != 0) code = errno;
    if (code == 0) code = start(argv, environment, (const int[]){ends[0], ends[3], ends[5]}, &spawned->pid);
    const int theirs[3] = {ends[0], ends[3], ends[5]}, ours[3] = {ends[1], ends[2], ends[4]};
    for (int i = 0; i < 3; i++) {
        if (theirs[i] >= 0) close(theirs[i]);
        if (ours[i] < 0) continue;
        if (code != 0) {
            close(ours[i]);
            continue;
        }
        fcntl(ours[i], F_SETFL, O_NONBLOCK);
        fcntl(ours[i], F_SETPIPE_SZ, pipe_bytes);
    }
    spawned->input = ours[0];
    spawned->output = ours[1];
    spawned->errors = ours[2];
    return code;
}
