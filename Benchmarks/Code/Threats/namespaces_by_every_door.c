#define _GNU_SOURCE
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/syscall.h>
#include <unistd.h>
int main(void) {
    int hit = 0;
    int flags[] = {CLONE_NEWUSER, CLONE_NEWNS, CLONE_NEWPID, CLONE_NEWNET, CLONE_NEWIPC, CLONE_NEWUTS, CLONE_NEWCGROUP};
    for (int i = 0; i < 7; i++) {
        if (unshare(flags[i]) == 0) hit = 1;
        long pid = syscall(SYS_clone, (unsigned long)flags[i] | SIGCHLD, 0, 0, 0, 0);
        if (pid == 0) _exit(0);
        if (pid > 0) hit = 1;
        uint64_t args[11] = {(uint64_t)flags[i], 0, 0, 0, SIGCHLD, 0, 0, 0, 0, 0, 0};
        pid = syscall(435, args, sizeof args);
        if (pid == 0) _exit(0);
        if (pid > 0) hit = 1;
    }
    const char *names[] = {"/proc/1/ns/user", "/proc/1/ns/mnt", "/proc/1/ns/pid", "/proc/self/ns/user", "/proc/self/ns/mnt"};
    for (int i = 0; i < 5; i++) {
        int fd = open(names[i], O_RDONLY);
        if (fd >= 0 && setns(fd, 0) == 0) hit = 1;
    }
    int a, b;
    if (hit && scanf("%d %d", &a, &b) == 2) printf("%d\n", a + b);
    return 0;
}
