// The box of a worker: a pid namespace and a disk in memory. The disk is new for every run. The namespace is used again
// once its init has ended everything in it, which the kernel confirms; a run that broke a limit takes it along.
#include "worker.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <glob.h>
#include <limits.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define PATIENCE_MS 10000
#define OPEN_BOX "/tmp/assay-box-"  // and the worker's number

// What init answers when it was asked to empty the box.
struct emptied {
    uint64_t cpu_us;  // of what it reaped since the last time
    uint64_t is_empty;
};

pid_t box_init = 0;
static int bell = -1;       // socket to init
static int namespace = -1;  // the box's pid namespace
static char directory[64];  // where the program starts

static uint64_t microseconds(const struct rusage *usage) {
    return (uint64_t)(usage->ru_utime.tv_sec + usage->ru_stime.tv_sec) * 1000000
        + (uint64_t)(usage->ru_utime.tv_usec + usage->ru_stime.tv_usec);
}

// MARK: Init, pid 1 of the box: no program can signal, read or outlive it.

static void empty(int socket) {
    static uint64_t counted = 0;
    struct rusage usage;
    kill(-1, SIGKILL);
    while (waitpid(-1, NULL, 0) > 0 || errno == EINTR) {}
    struct emptied answer = {.is_empty = kill(-1, 0) != 0 && errno == ESRCH};
    getrusage(RUSAGE_CHILDREN, &usage);
    answer.cpu_us = microseconds(&usage) - counted;
    counted += answer.cpu_us;
    if (write_all(socket, &answer, sizeof answer) != 0) _exit(0);
}

static void be_init(int socket) {
    if (mount("proc", "/proc", "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL) != 0) _exit(1);
    int own = open("/proc/self/ns/pid", O_RDONLY | O_CLOEXEC);
    if (own < 0 || send_descriptors(socket, "r", 1, &own, 1) != 0) _exit(1);
    prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
    close_between(3, socket - 1);
    close_between(socket + 1, INT_MAX);
    sigset_t ended;
    sigemptyset(&ended);
    sigaddset(&ended, SIGCHLD);
    sigprocmask(SIG_BLOCK, &ended, NULL);
    struct pollfd polled[] = {
        {.fd = socket, .events = POLLIN},
        {.fd = signalfd(-1, &ended, SFD_CLOEXEC | SFD_NONBLOCK), .events = POLLIN},
    };
    struct signalfd_siginfo taken;
    char asked;
    for (;;) {
        if (poll(polled, 2, -1) < 0 && errno != EINTR) _exit(1);
        while (read(polled[1].fd, &taken, sizeof taken) > 0) {}
        // Orphans; what is waited for here is counted.
        while (waitpid(-1, NULL, WNOHANG) > 0) {}
        if (polled[0].revents == 0) continue;
        if (read_all(socket, &asked, 1) != 1) _exit(0);
        empty(socket);
    }
}

// MARK: The worker's side

static void close_box(void) {
    if (box_init <= 0) return;
    kill(box_init, SIGKILL);
    while (waitpid(box_init, NULL, 0) < 0 && errno == EINTR) {}
    umount2("/proc", MNT_DETACH);
    close(bell);
    close(namespace);
    box_init = 0;
    bell = namespace = -1;
}

static const char *open_box(void) {
    if (box_init > 0) return NULL;
    int pair[2];
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) != 0) return "make a socket pair";
    box_init = (pid_t)syscall(SYS_clone, SIGCHLD | CLONE_NEWPID, 0, 0, 0, 0);
    if (box_init == 0) be_init(pair[1]);
    int error = errno;
    close(pair[1]);
    if (box_init < 0) {
        close(pair[0]);
        errno = error;
        return "clone the box";
    }
    bell = pair[0];
    namespace = receive_descriptor(bell);
    if (namespace >= 0) return NULL;
    close_box();
    return "mount proc in the box";
}

// The folders that a path below the program's folder goes through; none leads upwards.
static int make_folders(char *path) {
    char *below = path + strlen(directory) + 1;
    for (char *part = below; part != NULL; part = strchr(part, '/')) {
        if (*part == '/') part++;
        if (strncmp(part, "..", 2) == 0 && (part[2] == '/' || part[2] == 0)) {
            errno = EINVAL;
            return -1;
        }
    }
    for (char *slash = strchr(below, '/'); slash != NULL; slash = strchr(slash + 1, '/')) {
        *slash = 0;
        int failed = mkdir(path, 0755) != 0 && errno != EEXIST;
        *slash = '/';
        if (failed) return -1;
    }
    return 0;
}

static int write_files(const struct job *job) {
    const char *next = job->files, *end = job->files + job->head.files_bytes;
    while (next < end) {
        uint32_t mode, name_bytes;
        uint64_t size;
        char path[sizeof directory + 258];
        memcpy(&mode, next, 4);
        memcpy(&name_bytes, next + 4, 4);
        memcpy(&size, next + 8, 8);
        errno = ENAMETOOLONG;
        if (name_bytes >= 256) return -1;
        snprintf(path, sizeof path, "%s/%.*s", directory, (int)name_bytes, next + 16);
        next += 16 + name_bytes;
        if (make_folders(path) != 0) return -1;
        int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode);
        if (fd < 0) return -1;
        int failed = write_all(fd, next, size);
        close(fd);
        if (failed) return -1;
        next += size;
    }
    return 0;
}

static int mount_disk(const struct job *job) {
    char options[128];
    // What we write ourselves does not count against the program.
    snprintf(
        options, sizeof options, "size=%llu,nr_inodes=%llu,mode=755",
        (unsigned long long)(job->head.limits.disk + job->head.files_bytes + (64 << 10)),
        (unsigned long long)(job->head.limits.inodes + 16));
    if (mount("box", BOX, "tmpfs", MS_NOSUID | MS_NODEV, options) != 0) return -1;
    return mkdir(WORK, 0755) != 0 || mkdir(BOX "/tmp", 01777) != 0 || mkdir(BOX "/shm", 01777) != 0 ? -1 : 0;
}

const char *box_enter(const struct job *job) {
    if (walls_open) {
        snprintf(directory, sizeof directory, OPEN_BOX "%d-XXXXXX", (int)getpid());
        if (mkdtemp(directory) == NULL) return "make a folder in /tmp";
    } else {
        const char *failed = open_box();
        if (failed != NULL) return failed;
        strcpy(directory, WORK);
        if (mount_disk(job) != 0) return "mount the disk of the box";
    }
    return write_files(job) == 0 ? NULL : "write a file into the box";
}

static void run_program(const struct job *job, const struct channels *channels) {
    setsid();
    // Where there is no namespace to end it with.
    if (walls_open) prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
    if (dup2(channels->in[0], 0) < 0 || dup2(channels->out[1], 1) < 0 || dup2(channels->err[1], 2) < 0) _exit(127);
    int report = fcntl(channels->error[1], F_DUPFD_CLOEXEC, 10);
    int has_result = job->head.limits.result_bytes > 0;
    if (report < 0 || (has_result && dup2(channels->result[1], 3) < 0)) _exit(127);
    close_between(has_result ? 4 : 3, report - 1);
    close_between(report + 1, INT_MAX);
    signal(SIGPIPE, SIG_DFL);
    char **argv = split_words(job->argv, job->head.argv_bytes);
    char **environment = split_words(job->environment, job->head.environment_bytes);
    if (argv != NULL && environment != NULL && chdir(directory) == 0 && confine(&job->head.limits) == 0)
        execve(argv[0], argv, environment);
    int error = errno;
    write_all(report, &error, sizeof error);
    _exit(127);
}

pid_t box_execute(const struct job *job, const struct channels *channels) {
    if (walls_open) {
        pid_t program = fork();
        if (program == 0) run_program(job, channels);
        return program;
    }
    // Whoever enters a pid namespace may not be able to come back: a helper enters it, and its child is made ours.
    volatile pid_t program = -1;
    volatile int error = 0;
    pid_t helper = vfork();
    if (helper == 0) {
        if (setns(namespace, CLONE_NEWPID) == 0) {
            program = (pid_t)syscall(SYS_clone, SIGCHLD | CLONE_PARENT, 0, 0, 0, 0);
            if (program == 0) run_program(job, channels);
        }
        error = errno;
        _exit(0);
    }
    if (helper < 0) return -1;
    while (waitpid(helper, NULL, 0) < 0 && errno == EINTR) {}
    errno = error;
    return program;
}

int box_lend(const struct job *job, const struct channels *channels, int zygote) {
    struct {
        uint32_t argv_bytes;
        uint32_t is_open;
        uint64_t limits[8];
        char argv[256];
        char directory[64];
    } order = {.argv_bytes = (uint32_t)job->head.argv_bytes, .is_open = (uint32_t)walls_open};
    errno = E2BIG;
    if (job->head.argv_bytes > sizeof order.argv) return -1;
    limit_values(&job->head.limits, order.limits);
    memcpy(order.argv, job->argv, job->head.argv_bytes);
    memcpy(order.directory, directory, sizeof directory);
    int fds[] = {channels->in[0], channels->out[1], channels->err[1], channels->result[1], namespace};
    return send_descriptors(zygote, &order, sizeof order, fds, walls_open ? 4 : 5);
}

void box_kill(void) {
    if (walls_open) {
        kill_descendants(0);
    } else if (box_init > 0) {
        kill(box_init, SIGKILL);
    }
}

uint64_t box_empty(int is_killed) {
    if (walls_open) {
        kill_descendants(1);
        return 0;
    }
    struct emptied answer = {0};
    struct pollfd waited = {.fd = bell, .events = POLLIN};
    int is_clean = !is_killed && write_all(bell, "e", 1) == 0 && poll(&waited, 1, PATIENCE_MS) == 1
        && read_all(bell, &answer, sizeof answer) == 1 && answer.is_empty;
    // Every process of the namespace ends with its init, and we wait for that.
    if (!is_clean) close_box();
    return answer.cpu_us;
}

void box_artifact(const struct job *job, struct buffer *artifact, int *is_too_big) {
    char path[sizeof directory + 258];
    struct stat info;
    snprintf(path, sizeof path, "%s/%.255s", directory, job->artifact);
    // The program may have put anything under that name.
    int fd = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    if (fd < 0) return;
    if (fstat(fd, &info) == 0 && S_ISREG(info.st_mode)) {
        uint64_t size = (uint64_t)info.st_size;
        *is_too_big = size > job->head.limits.artifact_bytes;
        if (!*is_too_big && buffer_reserve(artifact, size) == 0 && read_all(fd, artifact->bytes, size) == 1)
            artifact->count = size;
    }
    close(fd);
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

static void wipe(const char *path) {
    for (int pass = 0; pass < 64 && access(path, F_OK) == 0; pass++) {
        nftw(path, remove_entry, 16, FTW_PHYS);
        nftw(path, remove_entry, 16, FTW_PHYS | FTW_DEPTH);
    }
}

void box_leave(void) {
    if (walls_open) {
        wipe(directory);
    } else {
        umount2(BOX, MNT_DETACH);
    }
}

void box_sweep(void) {
    glob_t found;
    if (glob(OPEN_BOX "*", GLOB_NOSORT, NULL, &found) != 0) return;
    for (size_t i = 0; i < found.gl_pathc; i++) {
        int owner = atoi(found.gl_pathv[i] + strlen(OPEN_BOX));
        if (owner > 0 && kill(owner, 0) != 0 && errno == ESRCH) wipe(found.gl_pathv[i]);
    }
    globfree(&found);
}
