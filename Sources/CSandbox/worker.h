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
    int in[2], out[2], err[2], result[2], error[2];  // error: errno when the program could not be executed
};

// How a program ended; the interpreter sends it as it is.
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
int receive_descriptor(int socket);                         // or -1
int send_descriptors(int socket, const void *bytes, size_t count, const int *fds, int fd_count);
void close_between(int first, int last);                    // every descriptor of these, both included
char **split_words(const char *words, uint64_t bytes);      // malloc'd, NULL-terminated

// wall.c
const char *raise_walls(char **words);                      // in the keeper; NULL, or what failed (errno is set)
const char *enter_worker(int is_open);                      // in the worker, pid 1
extern int walls_open;

// confine.c
int confine(const struct sandbox_limits *limits);           // limits, no new privileges, no capabilities, seccomp
int forbid_calls(void);                                     // no new privileges, seccomp
int keep_ambient(void);                                     // lets the interpreter enter boxes after execve
void limit_values(const struct sandbox_limits *limits, uint64_t values[8]);

// box.c
const char *box_enter(const struct job *job);               // a box with the job's files; NULL, or what failed
pid_t box_execute(const struct job *job, const struct channels *channels);  // the program, our child; or -1
int box_lend(const struct job *job, const struct channels *channels, int zygote);
void box_kill(void);                                        // ends everything in the box, at once
uint64_t box_empty(int is_killed);                          // the same, and waits for it; processor time of orphans
void box_artifact(const struct job *job, struct buffer *artifact, int *is_too_big);
void box_sweep(void);                                       // what killed workers left: open boxes only
extern pid_t box_init;
void box_leave(void);                                       // drops the disk; after box_empty

// account.c
struct usage {
    uint64_t cpu_us;      // used by live processes and those they waited for
    uint64_t bytes;       // resident, shared pages divided
    uint64_t delay_us;    // spent runnable but not running, of the oldest process
    uint32_t processes;
};
void account_start(void);                                   // before a box's proc hides ours
void account_begin(void);                                   // before a run: what ended before does not count
void account(struct usage *usage, uint64_t memory_limit);
void kill_descendants(int waits);                           // of an open box: the worker's and the zygote's children
uint64_t now_us(void);

// zygote.c
int zygote_start(char **words);                             // starts it if it is not running; 0 or -1
void zygote_stop(void);
extern int zygote_socket;
extern pid_t zygote_pid;

// supervise.c
void serve(char **words) __attribute__((noreturn));

#endif
