// Starts a worker, and is one: this executable, started again under another name, never reaches its main.
#include "worker.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

static void refuse(const char *what) {
    char text[4096 + 256];
    int length = snprintf(text, sizeof text, "%s: %s", what, strerror(errno));
    write_frame(CONTROL_FD, SANDBOX_UNFIT, text, (uint64_t)length);
    _exit(1);
}

// The keeper stays outside the worker's pid namespace, only to be there when the host dies.
static void keep(char **words) {
    close_between(CONTROL_FD + 1, INT_MAX);
    prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
    // The host may have died before that: we are someone else's child then.
    if (strncmp(*words, "host=", 5) != 0 || getppid() != atoi(*words + 5)) _exit(0);
    signal(SIGPIPE, SIG_IGN);
    int is_open = 0;
    for (char **word = words; *word != NULL; word++) {
        if (strcmp(*word, "open=1") == 0) is_open = 1;
        if (strncmp(*word, "cgroup=", 7) != 0) continue;
        int fd = open(*word + 7, O_WRONLY | O_CLOEXEC);
        if (fd < 0 || write_all(fd, "0", 1) != 0) refuse("join the control group");
        close(fd);
    }
    const char *failed = is_open ? NULL : raise_walls(words);
    if (failed != NULL) refuse(failed);
    pid_t worker = fork();
    if (worker < 0) refuse("fork the worker");
    if (worker > 0) {
        close(CONTROL_FD);
        while (waitpid(worker, NULL, 0) < 0 && errno == EINTR) {}
        _exit(0);
    }
    failed = enter_worker(is_open);
    if (failed != NULL) refuse(failed);
    // After the change of identity, which clears it. Without walls the end of the socket tells the worker, which has others to
    // end before itself.
    if (!is_open) prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
    serve(words);
}

__attribute__((constructor)) static void take_over(int argc, char **argv) {
    if (argc < 2 || strcmp(argv[0], WORKER_NAME) != 0) return;
    keep(argv + 1);
}

int sandbox_start(const char *const *words, struct sandbox_worker *worker) {
    size_t count = 0;
    while (words[count] != NULL) count++;
    char **argv = calloc(count + 3, sizeof *argv);
    if (argv == NULL) return ENOMEM;
    char host[32];
    snprintf(host, sizeof host, "host=%d", (int)getpid());
    argv[0] = WORKER_NAME;
    argv[1] = host;
    memcpy(argv + 2, words, count * sizeof *argv);
    char *environment[] = {NULL};

    int pair[2];
    int error = socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) == 0 ? 0 : errno;
    if (error == 0) {
        posix_spawn_file_actions_t actions;
        posix_spawnattr_t attributes;
        sigset_t none, all;
        sigemptyset(&none);
        sigfillset(&all);
        posix_spawn_file_actions_init(&actions);
        posix_spawnattr_init(&attributes);
        // dup2 onto the same number keeps close-on-exec in old libraries: go through another one.
        int source = pair[1] == CONTROL_FD ? fcntl(pair[1], F_DUPFD_CLOEXEC, CONTROL_FD + 1) : pair[1];
        posix_spawn_file_actions_adddup2(&actions, source, CONTROL_FD);
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
        posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0);
        // Ours may be closed or full, and an interpreter that cannot flush it ends with an error.
        posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0);
        posix_spawnattr_setsigmask(&attributes, &none);
        posix_spawnattr_setsigdefault(&attributes, &all);
        // A session of its own: a Ctrl-C at the terminal is for the host to handle.
        posix_spawnattr_setflags(
            &attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSID);
        error = posix_spawn(&worker->pid, "/proc/self/exe", &actions, &attributes, argv, environment);
        posix_spawnattr_destroy(&attributes);
        posix_spawn_file_actions_destroy(&actions);
        if (source != pair[1]) close(source);
        close(pair[1]);
        worker->control = pair[0];
        if (error != 0) close(pair[0]);
    }
    free(argv);
    return error;
}

int sandbox_save(const char *folder, const char *path, const void *bytes, uint64_t count) {
    // Without a name until it is whole.
    int fd = open(folder, O_TMPFILE | O_WRONLY | O_CLOEXEC, 0644);
    if (fd < 0) return errno;
    char name[64];
    snprintf(name, sizeof name, "/proc/self/fd/%d", fd);
    int failed = write_all(fd, bytes, count) != 0 || linkat(AT_FDCWD, name, AT_FDCWD, path, AT_SYMLINK_FOLLOW) != 0;
    int error = failed && errno != EEXIST ? errno : 0;
    close(fd);
    return error;
}
