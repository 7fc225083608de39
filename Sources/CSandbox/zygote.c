// The warm interpreter: started once per worker, forks a program into each box that is lent to it.
#include "worker.h"

#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

int zygote_socket = -1;
pid_t zygote_pid = 0;

static void become_zygote(char **words, int socket, int input, int output) {
    char *argv[32], *environment[16];
    int argc = 0, variables = 0;
    for (char **word = words; *word != NULL; word++) {
        if (strncmp(*word, "zygote=", 7) == 0 && argc < 31) argv[argc++] = *word + 7;
        if (strncmp(*word, "variable=", 9) == 0 && variables < 15) environment[variables++] = *word + 9;
    }
    environment[variables] = NULL;
    argv[argc] = NULL;
    if (argc == 0) _exit(127);
    // Pipes, so that the interpreter makes its standard streams as it would for a program under test.
    if (dup2(input, 0) < 0 || dup2(output, 1) < 0 || dup2(socket, 3) < 0) _exit(127);
    close_between(4, INT_MAX);
    signal(SIGPIPE, SIG_DFL);
    prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
    // Before the interpreter starts, and inherited by all that it forks: to set it up anew per run costs 0.15 ms.
    if (!walls_open && (keep_ambient() != 0 || forbid_calls() != 0)) _exit(126);
    execve(argv[0], argv, environment);
    _exit(127);
}

int zygote_start(char **words) {
    if (zygote_pid > 0) return 0;
    int pair[2], input[2], output[2];
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) != 0) return -1;
    if (pipe2(input, O_CLOEXEC) != 0 || pipe2(output, O_CLOEXEC) != 0) return -1;
    zygote_pid = fork();
    if (zygote_pid == 0) become_zygote(words, pair[1], input[0], output[1]);
    close(pair[1]);
    close(input[0]);
    close(input[1]);
    close(output[0]);
    close(output[1]);
    zygote_socket = pair[0];
    return zygote_pid > 0 ? 0 : -1;
}

void zygote_stop(void) {
    if (zygote_pid > 0) {
        kill(zygote_pid, SIGKILL);
        waitpid(zygote_pid, NULL, 0);
    }
    if (zygote_socket >= 0) close(zygote_socket);
    zygote_pid = 0;
    zygote_socket = -1;
}
