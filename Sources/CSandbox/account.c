// What the processes of a box use, read from proc: the sum counts, not each one.
#include "worker.h"

#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define MOST 4096

struct process {
    pid_t pid, parent;
    uint64_t cpu_ticks, children_ticks, start, pages;
    int counted;
};

static struct process table[MOST];
static DIR *proc;  // ours, which sees the box's processes and us

void account_start(void) { proc = opendir("/proc"); }

uint64_t now_us(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (uint64_t)time.tv_sec * 1000000 + (uint64_t)time.tv_nsec / 1000;
}

static ssize_t read_file(pid_t pid, const char *name, char *text, size_t room) {
    if (!proc) return -1;
    char path[64];
    snprintf(path, sizeof path, "%d/%s", (int)pid, name);
    int fd = openat(dirfd(proc), path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) return -1;
    ssize_t count = read(fd, text, room - 1);
    close(fd);
    if (count >= 0) text[count] = 0;
    return count;
}

static int read_process(pid_t pid, struct process *process) {
    char text[1024];
    if (read_file(pid, "stat", text, sizeof text) <= 0) return -1;
    // The name may hold anything, also parentheses: fields start after the last one.
    const char *fields = strrchr(text, ')');
    unsigned long long own, system, children, children_system, start;
    long long pages;
    int parent;
    if (fields == NULL) return -1;
    int found = sscanf(
        fields + 1, " %*c %d %*d %*d %*d %*d %*u %*u %*u %*u %*u %llu %llu %lld %lld %*d %*d %*d %*d %llu %*u %lld",
        &parent, &own, &system, (long long *)&children, (long long *)&children_system, &start, &pages);
    if (found != 7) return -1;
    *process = (struct process){
        .pid = pid,
        .parent = parent,
        .cpu_ticks = own + system + children + children_system,
        .children_ticks = children + children_system,
        .start = start,
        .pages = pages > 0 ? (uint64_t)pages : 0,
    };
    return 0;
}

static size_t read_table(void) {
    if (proc == NULL) return 0;
    rewinddir(proc);
    size_t count = 0;
    struct dirent *entry;
    while (count < MOST && (entry = readdir(proc)) != NULL) {
        pid_t pid = atoi(entry->d_name);
        if (pid > 0 && read_process(pid, &table[count]) == 0) count++;
    }
    return count;
}

static struct process *find(pid_t pid, size_t count) {
    for (size_t i = 0; i < count; i++) {
        if (table[i].pid == pid) return &table[i];
    }
    return NULL;
}

// Below us, but neither box init nor the interpreter.
static int belongs(const struct process *process, size_t count) {
    if (process->pid == getpid() || process->pid == box_init || process->pid == zygote_pid) return 0;
    if (!walls_open) return 1;
    for (int depth = 0; depth < 64 && process != NULL; depth++) {
        if (process->parent == getpid()) return 1;
        process = find(process->parent, count);
    }
    return 0;
}

// Shared pages divided among those who share them; resident pages where the kernel does not tell.
static uint64_t proportional_bytes(const struct process *process) {
    char text[2048];
    if (read_file(process->pid, "smaps_rollup", text, sizeof text) > 0) {
        const char *line = strstr(text, "\nPss:");
        if (line != NULL) return strtoull(line + 5, NULL, 10) * 1024;
    }
    return process->pages * (uint64_t)sysconf(_SC_PAGESIZE);
}

static uint64_t run_delay_us(pid_t pid) {
    char text[128];
    unsigned long long delay;
    if (read_file(pid, "schedstat", text, sizeof text) <= 0 || sscanf(text, "%*u %llu", &delay) != 1) return 0;
    return delay / 1000;
}

// What init had reaped before this run.
static uint64_t reaped_before;

void account_begin(void) {
    struct process init;
    reaped_before = box_init > 0 && !walls_open && read_process(box_init, &init) == 0 ? init.children_ticks : 0;
}

// Buffers of sockets belong to no process: each beyond what a runtime needs counts as a full one. The kernel counts the sockets
// of a network namespace.
#define SOCKETS_FREE 32
#define SOCKET_BYTES (600 << 10)

static uint64_t socket_bytes(void) {
    char text[512];
    unsigned long used;
    if (walls_open || read_file(getpid(), "net/sockstat", text, sizeof text) <= 0) return 0;
    if (sscanf(text, "sockets: used %lu", &used) != 1 || used <= SOCKETS_FREE) return 0;
    return (used - SOCKETS_FREE) * (uint64_t)SOCKET_BYTES;
}

void account(struct usage *usage, uint64_t memory_limit) {
    memset(usage, 0, sizeof *usage);
    size_t count = read_table();
    uint64_t ticks = 0, pages = 0;
    const struct process *oldest = NULL;
    for (size_t i = 0; i < count; i++) {
        struct process *process = &table[i];
        process->counted = belongs(process, count);
        // Orphans that ended while the run goes on.
        if (process->pid == box_init && process->children_ticks > reaped_before)
            ticks += process->children_ticks - reaped_before;
        if (!process->counted) continue;
        ticks += process->cpu_ticks;
        pages += process->pages;
        usage->processes++;
        if (oldest == NULL || process->start < oldest->start) oldest = process;
    }
    usage->cpu_us = ticks * (1000000 / (uint64_t)sysconf(_SC_CLK_TCK));
    uint64_t sockets = socket_bytes();
    usage->bytes = pages * (uint64_t)sysconf(_SC_PAGESIZE) + sockets;
    if (oldest != NULL) usage->delay_us = run_delay_us(oldest->pid);
    // Pages shared after a fork count once; that costs more to find out, so only when it matters.
    if (usage->bytes <= memory_limit) return;
    usage->bytes = sockets;
    for (size_t i = 0; i < count; i++) {
        if (table[i].counted) usage->bytes += proportional_bytes(&table[i]);
    }
}

void kill_descendants(int waits) {
    for (int pass = 0; pass < 1000; pass++) {
        size_t count = read_table();
        int found = 0;
        for (size_t i = 0; i < count; i++) {
            int ours = table[i].parent == getpid() && table[i].pid != zygote_pid;
            if (!ours && (zygote_pid <= 0 || table[i].parent != zygote_pid)) continue;
            found = 1;
            kill(table[i].pid, SIGKILL);
            if (ours && waits) waitpid(table[i].pid, NULL, 0);
        }
        if (!found || !waits) return;
    }
}
