// What the files of the contained side share.
#ifndef WORKER_H
#define WORKER_H

#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif

#include "CSandbox.h"

#include <stddef.h>
#include <sys/resource.h>
#include <sys/types.h>

#define WORKER_NAME "assay-sandbox"
#define BOX "/box"
#define WORK "/box/work"
#define CONTROL_FD 3
#define INSIDE_ID 1000
#define OUTSIDE_ID 65534  // who we become when started by root

struct buffer {
    uint8_t *bytes;
    uint64_t count;
    uint64_t capacity;
};

// A job with pointers into its frame.
struct job {
    struct sandbox_job head;
    const char *argv, *environment, *artifact, *files, *input;
};

// Both ends of every channel of a run; -1 when closed.
struct channels {
    int in[2], out[2], err[2], result[2], artifact[2], done[2];
};

// What box init writes on `done` when the program ended.
struct ending {
    int32_t status;
    int32_t error;      // errno when the program could not be started
    uint32_t failed;    // 1: the box itself failed
    uint32_t reserved;
    uint64_t cpu_us;
    uint64_t peak_bytes;
    char note[64];
};

// wire.c
int read_all(int fd, void *bytes, uint64_t count);          // 1, 0 at the end, -1
int write_all(int fd, const void *bytes, uint64_t count);   // 0 or -1
int write_frame(int fd, uint32_t type, const void *bytes, uint64_t count);
int buffer_reserve(struct buffer *buffer, uint64_t more);   // 0 or -1
void buffer_free(struct buffer *buffer);
int send_descriptors(int socket, const void *bytes, size_t count, const int *fds, int fd_count);
char **split_words(const char *words, uint64_t bytes);      // malloc'd, NULL-terminated

// wall.c
const char *raise_walls(char **words);                      // in the keeper; NULL, or what failed (errno is set)
const char *enter_worker(int is_open);                      // in the worker, pid 1
extern int walls_open;

// confine.c
extern const struct sock_fprog_view { unsigned short length; const void *filter; } seccomp_program;
int confine(const struct sandbox_limits *limits);           // limits, no new privileges, no capabilities, seccomp
int keep_ambient(void);                                     // lets the interpreter enter boxes after execve
void limit_values(const struct sandbox_limits *limits, uint64_t values[8]);

// box.c
int box_start(const struct job *job, struct channels *channels, int zygote, char *directory);  // pid or -1
void box_wipe(const char *directory);                       // removes an open box's directory

// account.c
struct usage {
    uint64_t cpu_us;      // used by live processes and those they waited for
    uint64_t bytes;       // resident, shared pages divided
    uint64_t delay_us;    // spent runnable but not running, of the oldest process
    uint32_t processes;
};
void account(struct usage *usage, uint64_t memory_limit, pid_t init);
void kill_descendants(void);                               // of an open box: the caller's and the zygote's children
uint64_t now_us(void);

// zygote.c
int zygote_start(char **words);                             // starts it if it is not running; 0 or -1
void zygote_stop(void);
extern int zygote_socket;
extern pid_t zygote_pid;

// supervise.c
void serve(char **words) __attribute__((noreturn));

#endif
