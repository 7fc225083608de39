// The contained side of the code verifier: a worker process that runs untrusted programs in namespaces of their own.
//
// Process tree of one worker, each level invisible to the one below:
//
//   host (Swift)  --control socket-->  keeper -> worker (pid 1 of its namespaces) -> zygote (warm interpreter)
//                                                   |                                  |
//                                                   +-> init (pid 1 of the box)        +-> program (in the box)
//                                                   +-> program (in the box), where no interpreter is needed
//
// The keeper and the worker are this very executable started again: a constructor takes over before main.
#ifndef CSANDBOX_H
#define CSANDBOX_H

#include <stdint.h>

// What runs the program of a job.
enum sandbox_kind {
    SANDBOX_EXECUTE = 0,  // executes argv[0] in the box
    SANDBOX_FORK = 1,     // forks the warm interpreter into the box
};

// Why a run was ended by the worker.
enum sandbox_cause {
    SANDBOX_NONE = 0,    // it ended by itself: see `status`
    SANDBOX_CPU = 1,     // processor time of all its processes
    SANDBOX_WALL = 2,    // wall-clock time
    SANDBOX_MEMORY = 3,  // resident memory of all its processes
    SANDBOX_OUTPUT = 4,  // bytes on stdout, stderr or the result channel
    SANDBOX_START = 5,   // the program could not be executed: `error` is the errno
    SANDBOX_FAILURE = 6, // our own failure: `note` and `error` say which
    SANDBOX_CANCEL = 7,  // the host ended it
};

// Limits of one run; bytes and milliseconds. 0 means no limit where said so.
struct sandbox_limits {
    uint64_t cpu_ms;
    uint64_t wall_ms;
    uint64_t memory;
    uint64_t address_space;  // 0: none
    uint64_t stack;
    uint64_t stdout_bytes;
    uint64_t stderr_kept;    // kept of stderr; what is beyond counts against stdout_bytes and is dropped
    uint64_t result_bytes;   // 0: an executed program has no result channel
    uint64_t artifact_bytes; // 0: no artifact wanted
    uint64_t disk;
    uint64_t inodes;
    uint32_t processes;
    uint32_t files;
    uint32_t stages;         // times that bytes on the result channel restart the clocks
    uint32_t interactive;    // 1: the result channel is forwarded as it comes, stdin follows in INPUT frames; or SANDBOX_SESSION
};

// An interactive run whose clocks start again with each INPUT frame.
#define SANDBOX_SESSION 2

// Frames: this header, then `length` bytes.
struct sandbox_frame {
    uint32_t type;
    uint32_t reserved;
    uint64_t length;
};

enum sandbox_frame_type {
    SANDBOX_JOB = 1,     // host -> worker: struct sandbox_job and its sections
    SANDBOX_INPUT = 2,   // host -> worker: more bytes for stdin of an interactive run
    SANDBOX_END = 3,     // host -> worker: end of stdin of an interactive run
    SANDBOX_STOP = 4,    // host -> worker: end the interactive run
    SANDBOX_RESULT = 5,  // worker -> host: bytes of the result channel of an interactive run
    SANDBOX_REPORT = 6,  // worker -> host: struct sandbox_report and its sections
    SANDBOX_READY = 7,   // worker -> host: the walls stand
    SANDBOX_UNFIT = 8,   // worker -> host: they do not; the bytes say why
};

// Sections in order: argv, environment, artifact name (each NUL-terminated strings), files, stdin.
// A file: uint32_t mode, uint32_t name length, uint64_t size, name, bytes.
struct sandbox_job {
    struct sandbox_limits limits;
    uint32_t kind;
    uint32_t reserved;
    uint64_t argv_bytes;
    uint64_t environment_bytes;
    uint64_t artifact_name_bytes;
    uint64_t files_bytes;
    uint64_t stdin_bytes;
};

// Sections in order: stdout, stderr, result, artifact.
struct sandbox_report {
    uint32_t cause;
    int32_t status;   // as waitpid gives it
    int32_t error;    // errno of START and FAILURE
    uint32_t reserved;
    uint64_t cpu_us;
    uint64_t wall_us;
    uint64_t peak_bytes;
    char note[64];
    uint64_t stdout_bytes;
    uint64_t stderr_bytes;
    uint64_t result_bytes;
    uint64_t artifact_bytes;
};

// How a worker is walled in: words "key=value", NUL-terminated, in the order of their use.
//   bind=SOURCE:TARGET  read-only view of a host path        link=TEXT:TARGET  symbolic link
//   file=TARGET:TEXT    small read-only file                  zygote=WORD       the interpreter's command, word by word
//   cgroup=DIR          a control group directory to join     open=1            no walls at all
struct sandbox_worker {
    int control;  // socket to the worker, close-on-exec
    int pid;      // the keeper, a child of the caller
};

// Starts a worker from the calling thread; it dies with that thread. Returns 0 or an errno.
int sandbox_start(const char *const *words, struct sandbox_worker *worker);

// Writes a file that is there whole or not at all, with nothing left behind if we are killed. 0 or an errno.
int sandbox_save(const char *folder, const char *path, const void *bytes, uint64_t count);

#endif
