// One box: fresh pid and mount namespaces, a private tmpfs, an init that no program can signal, read or outlive.
#include "worker.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static int done_fd = -1;

static void fail(const char *note) {
    struct ending ending = {.failed = 1, .error = errno};
    snprintf(ending.note, sizeof ending.note, "%s", note);
    write_all(done_fd, &ending, sizeof ending);
    _exit(1);
}

static void write_files(const struct job *job) {
    const char *next = job->files, *end = job->files + job->head.files_bytes;
    while (next < end) {
        uint32_t mode, name_bytes;
        uint64_t size;
        memcpy(&mode, next, 4);
        memcpy(&name_bytes, next + 4, 4);
        memcpy(&size, next + 8, 8);
        char name[256];
        if (name_bytes >= sizeof name) fail("file name too long");
        memcpy(name, next + 16, name_bytes);
        name[name_bytes] = 0;
        next += 16 + name_bytes;
        int fd = open(name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode);
        if (fd < 0 || write_all(fd, next, size) != 0) fail("write a file into the box");
        close(fd);
        next += size;
    }
}

static void mount_box(const struct job *job) {
    char options[128];
    // What we write ourselves does not count against the program.
    snprintf(
        options, sizeof options, "size=%llu,nr_inodes=%llu,mode=755",
        (unsigned long long)(job->head.limits.disk + job->head.files_bytes + (64 << 10)),
        (unsigned long long)(job->head.limits.inodes + 16));
    if (mount("box", BOX, "tmpfs", MS_NOSUID | MS_NODEV, options) != 0) fail("mount the box");
    if (mount("proc", "/proc", "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL) != 0) fail("mount proc in the box");
    if (mkdir(WORK, 0755) != 0 || mkdir(BOX "/tmp", 01777) != 0 || mkdir(BOX "/shm", 01777) != 0)
        fail("make the box's folders");
    if (chdir(WORK) != 0) fail("enter the box");
}

static void run_program(const struct job *job, const struct channels *channels, int error_fd) {
    setsid();
    if (dup2(channels->in[0], 0) < 0 || dup2(channels->out[1], 1) < 0 || dup2(channels->err[1], 2) < 0) _exit(127);
    int report = fcntl(error_fd, F_DUPFD_CLOEXEC, 10);
    int has_result = job->head.limits.result_bytes > 0;
    if (report < 0 || (has_result && dup2(channels->result[1], 3) < 0)) _exit(127);
    close_range(has_result ? 4 : 3, (unsigned)report - 1, 0);
    close_range((unsigned)report + 1, ~0u, 0);
    signal(SIGPIPE, SIG_DFL);
    char **argv = split_words(job->argv, job->head.argv_bytes);
    char **environment = split_words(job->environment, job->head.environment_bytes);
    if (argv != NULL && environment != NULL && confine(&job->head.limits) == 0) execve(argv[0], argv, environment);
    int error = errno;
    write_all(report, &error, sizeof error);
    _exit(127);
}

static void send_artifact(const struct job *job, int out) {
    // The program may have put anything under that name.
    int fd = open(job->artifact, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    struct stat info;
    if (fd < 0) return;
    if (fstat(fd, &info) == 0 && S_ISREG(info.st_mode)) {
        char block[65536];
        ssize_t got;
        while ((got = read(fd, block, sizeof block)) > 0) {
            if (write_all(out, block, (uint64_t)got) != 0) break;
        }
    }
    close(fd);
}

static uint64_t microseconds(const struct rusage *usage) {
    return (uint64_t)(usage->ru_utime.tv_sec + usage->ru_stime.tv_sec) * 1000000
        + (uint64_t)(usage->ru_utime.tv_usec + usage->ru_stime.tv_usec);
}

// Runs the program as pid 2, takes everything down when it has ended, and says how it ended.
static void execute(const struct job *job, const struct channels *channels) {
    int errors[2];
    if (pipe2(errors, O_CLOEXEC) != 0) fail("pipe");
    pid_t program = fork();
    if (program < 0) fail("fork the program");
    if (program == 0) run_program(job, channels, errors[1]);
    close(errors[1]);
    close(channels->in[0]);
    close(channels->out[1]);
    close(channels->err[1]);
    close(channels->result[1]);

    struct ending ending = {0};
    int code = 0, status;
    struct rusage usage;
    if (read_all(errors[0], &code, sizeof code) == 1) ending.error = code;
    for (;;) {
        pid_t ended = wait4(-1, &status, 0, &usage);
        if (ended == program) break;
        if (ended < 0 && errno != EINTR) fail("wait for the program");
    }
    ending.status = status;
    ending.peak_bytes = (uint64_t)usage.ru_maxrss * 1024;
    if (walls_open) {
        kill_descendants();
    } else {
        kill(-1, SIGKILL);
    }
    while (waitpid(-1, NULL, 0) > 0 || errno == EINTR) {}
    getrusage(RUSAGE_CHILDREN, &usage);
    ending.cpu_us = microseconds(&usage);
    write_all(done_fd, &ending, sizeof ending);
    if (job->head.limits.artifact_bytes != 0 && status == 0) send_artifact(job, channels->artifact[1]);
    _exit(0);
}

// Hands the box to the interpreter, which forks the program into it; then only reaps orphans until it is killed.
static void lend(const struct job *job, const struct channels *channels, int zygote) {
    struct {
        uint32_t argv_bytes;
        uint32_t is_open;
        uint64_t limits[8];
        char argv[256];
        char directory[64];
    } order = {.argv_bytes = (uint32_t)job->head.argv_bytes, .is_open = (uint32_t)walls_open};
    if (job->head.argv_bytes > sizeof order.argv) fail("order too long");
    limit_values(&job->head.limits, order.limits);
    memcpy(order.argv, job->argv, job->head.argv_bytes);
    if (getcwd(order.directory, sizeof order.directory) == NULL) fail("name the work folder");
    int fds[6] = {channels->in[0], channels->out[1], channels->err[1], channels->result[1], -1, -1};
    int count = 4;
    if (!walls_open) {
        fds[4] = open("/proc/self/ns/pid", O_RDONLY | O_CLOEXEC);
        fds[5] = open("/proc/self/ns/mnt", O_RDONLY | O_CLOEXEC);
        if (fds[4] < 0 || fds[5] < 0) fail("open the box's namespaces");
        count = 6;
    }
    if (send_descriptors(zygote, &order, sizeof order, fds, count) != 0) fail("reach the interpreter");
    // `done` stays open: its end tells the worker that the box is gone.
    close_range(3, (unsigned)done_fd - 1, 0);
    close_range((unsigned)done_fd + 1, ~0u, 0);
    sigset_t child_signal;
    sigemptyset(&child_signal);
    sigaddset(&child_signal, SIGCHLD);
    sigprocmask(SIG_BLOCK, &child_signal, NULL);
    int signal_number;
    for (;;) {
        while (waitpid(-1, NULL, WNOHANG) > 0) {}
        sigwait(&child_signal, &signal_number);
    }
}

int box_start(const struct job *job, struct channels *channels, int zygote, char *directory) {
    if (walls_open && mkdtemp(directory) == NULL) return -1;
    unsigned long flags = SIGCHLD | (walls_open ? 0 : CLONE_NEWPID | CLONE_NEWNS);
    pid_t box = (pid_t)syscall(SYS_clone, flags, 0, 0, 0, 0);
    if (box != 0) return box;
    prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
    done_fd = channels->done[1];
    // The worker's ends: an open one would keep the program's stdin from ending.
    close(channels->in[1]);
    close(channels->out[0]);
    close(channels->err[0]);
    close(channels->result[0]);
    close(channels->artifact[0]);
    close(channels->done[0]);
    if (walls_open) prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
    if (walls_open) {
        if (chdir(directory) != 0) fail("enter the work folder");
    } else {
        mount_box(job);
    }
    write_files(job);
    prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
    if (zygote >= 0) {
        lend(job, channels, zygote);
    } else {
        execute(job, channels);
    }
    _exit(1);
}

static int remove_entry(const char *path, const struct stat *info, int type, struct FTW *place) {
    (void)place;
    if (type == FTW_DNR || type == FTW_D) {
        // Locked by the program: unlock, and come again.
        chmod(path, 0700);
    } else if (S_ISDIR(info->st_mode)) {
        rmdir(path);
    } else {
        unlink(path);
    }
    return 0;
}

void box_wipe(const char *directory) {
    for (int pass = 0; pass < 64 && access(directory, F_OK) == 0; pass++) {
        nftw(directory, remove_entry, 16, FTW_PHYS);
        nftw(directory, remove_entry, 16, FTW_PHYS | FTW_DEPTH);
    }
}
