// The worker's loop: takes a job, runs it in a box under its limits, reports. Blocks on nothing a program controls.
#include "worker.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define SAMPLE_US 10000
#define IDLE_SAMPLE_US 160000  // of a session that nobody asks anything
#define PATIENCE_US 10000000  // for what was killed to be gone
#define WARM_US 30000000       // for the interpreter to be warm
#define FRAME_MOST ((uint64_t)1 << 31)

struct run {
    struct job job;
    struct channels channels;
    struct buffer out, err, result, artifact, input;
    uint64_t input_sent, err_total;
    int input_ends, has_ended, uses_zygote;
    pid_t program;  // of an executed one
    int watched;    // its descriptor, or the interpreter's socket
    struct ending ending;
    struct usage usage;
    uint64_t asked, started, sample_us, next_sample, stage_started, stage_cpu, stage_delay, stopped;
    uint64_t record_next;  // where the next record of the result channel begins
    uint32_t stages, stage_pending;
    uint32_t cause;
};

static void close_end(int *end) {
    if (*end >= 0) close(*end);
    *end = -1;
}

static int open_channels(struct channels *channels) {
    int(*pairs[])[2] = {&channels->in, &channels->out, &channels->err, &channels->result, &channels->error};
    memset(channels, 0xff, sizeof *channels);
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
        if (pipe2(*pairs[i], O_CLOEXEC) != 0) return -1;
        int ours = i == 0 ? (*pairs[i])[1] : (*pairs[i])[0];
        fcntl(ours, F_SETFL, O_NONBLOCK);
    }
    return 0;
}

static void close_channels(struct channels *channels, int is_theirs) {
    close_end(&channels->in[is_theirs ? 0 : 1]);
    close_end(&channels->out[is_theirs]);
    close_end(&channels->err[is_theirs]);
    close_end(&channels->result[is_theirs]);
    close_end(&channels->error[is_theirs]);
}

static void stop(struct run *run, uint32_t cause) {
    if (run->cause != SANDBOX_NONE) return;
    run->cause = cause;
    run->stopped = now_us();
    box_kill();
}

// Takes what a pipe holds. `most` bytes are kept; one more is the limit's breach when `is_strict`.
static void drain(struct run *run, int *end, struct buffer *buffer, uint64_t most, int is_strict, uint64_t *total) {
    for (;;) {
        uint8_t spill[4096];
        uint64_t room = most > buffer->count ? most - buffer->count : 0;
        if (room > 65536) room = 65536;
        if (room > 0 && buffer_reserve(buffer, room) != 0) room = 0;
        ssize_t got = room > 0 ? read(*end, buffer->bytes + buffer->count, room) : read(*end, spill, sizeof spill);
        if (got < 0 && errno == EINTR) continue;
        if (got < 0 && errno == EAGAIN) return;
        if (got <= 0) {
            close_end(end);
            return;
        }
        if (total != NULL) *total += (uint64_t)got;
        if (room > 0) {
            buffer->count += (uint64_t)got;
        } else if (is_strict) {
            stop(run, SANDBOX_OUTPUT);
            return;
        }
    }
}

static void feed(struct run *run) {
    int *end = &run->channels.in[1];
    while (run->input_sent < run->input.count) {
        ssize_t put = write(*end, run->input.bytes + run->input_sent, run->input.count - run->input_sent);
        if (put < 0 && errno == EINTR) continue;
        if (put < 0 && errno == EAGAIN) return;
        if (put < 0) {
            // A program need not read its input.
            close_end(end);
            return;
        }
        run->input_sent += (uint64_t)put;
    }
    if (run->input_ends) close_end(end);
}

// The host is gone. Behind walls all else goes with us.
static void leave(void) {
    if (walls_open) kill_descendants(1);
    _exit(0);
}

// Whether a record (kind, index, length, payload) has come to its end: bytes of one alone start no clock again.
static int has_new_record(struct run *run) {
    uint64_t first = run->record_next;
    while (run->result.count - run->record_next >= 9) {
        uint32_t length;
        memcpy(&length, run->result.bytes + run->record_next + 5, sizeof length);
        if (run->result.count - run->record_next - 9 < length) break;
        run->record_next += 9 + (uint64_t)length;
    }
    return run->record_next != first;
}

static void take_result(struct run *run) {
    const struct sandbox_limits *limits = &run->job.head.limits;
    uint64_t before = run->result.count;
    drain(run, &run->channels.result[0], &run->result, limits->result_bytes, 1, NULL);
    if (run->result.count == before) return;
    if (!limits->interactive && run->stages < limits->stages && has_new_record(run)) {
        run->stages++;
        run->stage_pending = 1;
        run->stage_started = now_us();
    }
    if (limits->interactive) {
        if (write_frame(CONTROL_FD, SANDBOX_RESULT, run->result.bytes + before, run->result.count - before) != 0) leave();
        // What was forwarded no longer counts: each exchange has the whole allowance.
        run->result.count = 0;
    }
}

static void take_control(struct run *run) {
    struct sandbox_frame frame;
    if (read_all(CONTROL_FD, &frame, sizeof frame) != 1 || frame.length > FRAME_MOST) leave();
    if (frame.type == SANDBOX_INPUT) {
        // What was handed on is kept no longer: a session lives for many inputs.
        if (run->input_sent == run->input.count) run->input_sent = run->input.count = 0;
        if (buffer_reserve(&run->input, frame.length) != 0) _exit(1);
        if (read_all(CONTROL_FD, run->input.bytes + run->input.count, frame.length) != 1) leave();
        run->input.count += frame.length;
        if (run->job.head.limits.interactive == SANDBOX_SESSION) {
            run->stage_pending = 1;
            run->stage_started = now_us();
            run->sample_us = SAMPLE_US;
            run->next_sample = run->stage_started + SAMPLE_US;
        }
        feed(run);
    } else if (frame.type == SANDBOX_END) {
        run->input_ends = 1;
        feed(run);
    } else if (frame.type == SANDBOX_STOP) {
        stop(run, SANDBOX_CANCEL);
    } else {
        _exit(1);
    }
}

static void take_zygote_ending(struct run *run) {
    ssize_t got = recv(zygote_socket, &run->ending, sizeof run->ending, 0);
    if (got == sizeof run->ending) {
        run->has_ended = 1;
        return;
    }
    run->ending = (struct ending){.failed = 1, .error = got < 0 ? errno : 0, .note = "the interpreter ended"};
    run->has_ended = 1;
    zygote_stop();
}

static void take_program_ending(struct run *run) {
    struct rusage usage;
    int status = 0;
    while (wait4(run->program, &status, 0, &usage) < 0 && errno == EINTR) {}
    run->ending = (struct ending){
        .status = status,
        .cpu_us = (uint64_t)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * 1000000
            + (uint64_t)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec),
        .peak_bytes = (uint64_t)usage.ru_maxrss * 1024,
    };
    int error;
    if (read(run->channels.error[0], &error, sizeof error) == sizeof error) run->ending.error = error;
    run->has_ended = 1;
}

static void sample(struct run *run) {
    const struct sandbox_limits *limits = &run->job.head.limits;
    uint64_t peak = run->usage.bytes;
    uint64_t now = now_us();
    if (limits->interactive == SANDBOX_SESSION && run->sample_us < IDLE_SAMPLE_US) run->sample_us *= 2;
    run->next_sample = now + run->sample_us;
    struct usage usage;
    account(&usage, limits->memory);
    // Until the interpreter is warm and has begun the program, the time is ours.
    if (run->uses_zygote && usage.processes + run->usage.processes == 0 && now < run->asked + WARM_US)
        run->started = run->stage_started = now;
    if (usage.processes > 0) run->usage = usage;
    if (run->usage.bytes < peak) run->usage.bytes = peak;
    if (run->stage_pending) {
        run->stage_pending = 0;
        run->stage_cpu = usage.cpu_us;
        run->stage_delay = usage.delay_us;
    }
    if (usage.bytes > limits->memory) stop(run, SANDBOX_MEMORY);
    if (usage.cpu_us > run->stage_cpu + limits->cpu_ms * 1000) stop(run, SANDBOX_CPU);
    // Time spent waiting for a processor is the machine's, not the program's: load does not change a verdict.
    uint64_t delay = usage.delay_us > run->stage_delay ? usage.delay_us - run->stage_delay : 0;
    if (delay > 9 * limits->wall_ms * 1000) delay = 9 * limits->wall_ms * 1000;
    if (now > run->stage_started + limits->wall_ms * 1000 + delay) stop(run, SANDBOX_WALL);
}

static void watch(struct run *run) {
    const struct sandbox_limits *limits = &run->job.head.limits;
    // Most runs end before the first sample: until then what they write waits in the pipes, and wakes nobody.
    const uint64_t first_sample = run->next_sample;
    while (!run->has_ended) {
        int is_read = limits->interactive || now_us() >= first_sample;
        struct pollfd polled[] = {
            {.fd = CONTROL_FD, .events = POLLIN},
            {.fd = run->watched, .events = POLLIN},
            {.fd = is_read ? run->channels.out[0] : -1, .events = POLLIN},
            {.fd = is_read ? run->channels.err[0] : -1, .events = POLLIN},
            {.fd = is_read ? run->channels.result[0] : -1, .events = POLLIN},
            {.fd = run->input_sent < run->input.count ? run->channels.in[1] : -1, .events = POLLOUT},
        };
        uint64_t now = now_us();
        int wait = now >= run->next_sample ? 0 : (int)((run->next_sample - now) / 1000) + 1;
        if (poll(polled, sizeof polled / sizeof *polled, wait) < 0 && errno != EINTR) _exit(1);
        if (polled[2].revents) drain(run, &run->channels.out[0], &run->out, limits->stdout_bytes, 1, NULL);
        if (polled[3].revents) {
            drain(run, &run->channels.err[0], &run->err, limits->stderr_kept, 0, &run->err_total);
            if (run->err_total > limits->stdout_bytes) stop(run, SANDBOX_OUTPUT);
        }
        if (polled[4].revents) take_result(run);
        if (polled[5].revents) feed(run);
        if (polled[0].revents) take_control(run);
        if (polled[1].revents && run->uses_zygote) take_zygote_ending(run);
        if (polled[1].revents && !run->uses_zygote) take_program_ending(run);
        if (run->has_ended) break;
        if (run->cause != SANDBOX_NONE && now_us() > run->stopped + PATIENCE_US) break;
        if (now_us() >= run->next_sample) sample(run);
    }
}

// Everything in the box is gone when this returns.
static void take_down(struct run *run) {
    const struct sandbox_limits *limits = &run->job.head.limits;
    if (!run->has_ended) {
        run->ending = (struct ending){.failed = 1, .note = "what was killed does not end"};
        if (run->uses_zygote) zygote_stop();
    }
    run->ending.cpu_us += box_empty(run->cause != SANDBOX_NONE);
    // The kernel drops the times of what dies with the box: the last sample is what is left of them.
    if (run->ending.cpu_us < run->usage.cpu_us) run->ending.cpu_us = run->usage.cpu_us;
    if (run->channels.out[0] >= 0) drain(run, &run->channels.out[0], &run->out, limits->stdout_bytes, 1, NULL);
    if (run->channels.err[0] >= 0)
        drain(run, &run->channels.err[0], &run->err, limits->stderr_kept, 0, &run->err_total);
    if (run->channels.result[0] >= 0) take_result(run);
    int is_too_big = 0;
    if (limits->artifact_bytes != 0 && run->cause == SANDBOX_NONE && run->ending.status == 0)
        box_artifact(&run->job, &run->artifact, &is_too_big);
    if (is_too_big) run->cause = SANDBOX_OUTPUT;
}

static void conclude(struct run *run, struct sandbox_report *report) {
    const struct sandbox_limits *limits = &run->job.head.limits;
    const struct ending *ending = &run->ending;
    if (run->cause == SANDBOX_NONE) {
        uint64_t cpu_limit = limits->cpu_ms * 1000 * (limits->stages + 1);
        if (ending->failed) {
            run->cause = SANDBOX_FAILURE;
        } else if (ending->error != 0) {
            run->cause = SANDBOX_START;
        } else if (ending->cpu_us > cpu_limit || (WIFSIGNALED(ending->status) && WTERMSIG(ending->status) == SIGXCPU)) {
            run->cause = SANDBOX_CPU;
        } else if (ending->peak_bytes > limits->memory) {
            run->cause = SANDBOX_MEMORY;
        }
    }
    *report = (struct sandbox_report){
        .cause = run->cause,
        .status = ending->status,
        .error = ending->error,
        .cpu_us = ending->cpu_us,
        .wall_us = now_us() - run->started,
        .peak_bytes = ending->peak_bytes > run->usage.bytes ? ending->peak_bytes : run->usage.bytes,
        .stdout_bytes = run->out.count,
        .stderr_bytes = run->err.count,
        .result_bytes = limits->interactive ? 0 : run->result.count,
        .artifact_bytes = run->artifact.count,
    };
    memcpy(report->note, ending->note, sizeof report->note);
    report->note[sizeof report->note - 1] = 0;
}

static void send_report(const struct run *run, const struct sandbox_report *report) {
    struct sandbox_frame frame = {
        .type = SANDBOX_REPORT,
        .length = sizeof *report + report->stdout_bytes + report->stderr_bytes + report->result_bytes + report->artifact_bytes,
    };
    if (write_all(CONTROL_FD, &frame, sizeof frame) != 0 || write_all(CONTROL_FD, report, sizeof *report) != 0
        || write_all(CONTROL_FD, run->out.bytes, report->stdout_bytes) != 0
        || write_all(CONTROL_FD, run->err.bytes, report->stderr_bytes) != 0
        || write_all(CONTROL_FD, run->result.bytes, report->result_bytes) != 0
        || write_all(CONTROL_FD, run->artifact.bytes, report->artifact_bytes) != 0)
        _exit(0);
}

// NULL, or what failed.
static const char *start_program(struct run *run, char **words) {
    if (run->uses_zygote && zygote_start(words) != 0) return "start the interpreter";
    if (open_channels(&run->channels) != 0) return "open pipes";
    const char *failed = box_enter(&run->job);
    if (failed != NULL) return failed;
    if (run->uses_zygote) {
        run->watched = zygote_socket;
        if (box_lend(&run->job, &run->channels, zygote_socket) == 0) return NULL;
        zygote_stop();
        return "reach the interpreter";
    }
    run->program = box_execute(&run->job, &run->channels);
    if (run->program < 0) return "start a process in the box";
    run->watched = (int)syscall(SYS_pidfd_open, run->program, 0);
    return run->watched >= 0 ? NULL : "open a process descriptor (Linux 5.3)";
}

static void run_job(const char *bytes, uint64_t count, char **words) {
    struct run run = {.program = -1, .watched = -1};
    struct job *job = &run.job;
    memcpy(&job->head, bytes, sizeof job->head);
    job->argv = bytes + sizeof job->head;
    job->environment = job->argv + job->head.argv_bytes;
    job->artifact = job->environment + job->head.environment_bytes;
    job->files = job->artifact + job->head.artifact_name_bytes;
    job->input = job->files + job->head.files_bytes;
    if ((uint64_t)(job->input - bytes) + job->head.stdin_bytes != count) _exit(1);
    run.uses_zygote = job->head.kind == SANDBOX_FORK;
    run.input_ends = !job->head.limits.interactive;
    run.input = (struct buffer){(uint8_t *)job->input, job->head.stdin_bytes, job->head.stdin_bytes};
    if (job->head.limits.interactive) {
        // It will grow.
        run.input = (struct buffer){0};
        if (buffer_reserve(&run.input, job->head.stdin_bytes + 1) != 0) _exit(1);
        memcpy(run.input.bytes, job->input, job->head.stdin_bytes);
        run.input.count = job->head.stdin_bytes;
    }
    run.asked = run.started = run.stage_started = now_us();
    run.sample_us = SAMPLE_US;
    run.next_sample = run.started + SAMPLE_US;
    memset(&run.channels, 0xff, sizeof run.channels);
    account_begin();
    const char *failed = start_program(&run, words);
    int error = errno;
    close_channels(&run.channels, 1);
    if (failed == NULL) {
        feed(&run);
        watch(&run);
        take_down(&run);
        if (!run.uses_zygote) close(run.watched);
    } else {
        if (run.program > 0) kill(run.program, SIGKILL);
        if (run.program > 0) take_program_ending(&run);
        box_empty(1);
        run.ending = (struct ending){.failed = 1, .error = error};
        snprintf(run.ending.note, sizeof run.ending.note, "%s", failed);
    }
    box_leave();
    close_channels(&run.channels, 0);
    struct sandbox_report report;
    conclude(&run, &report);
    send_report(&run, &report);
    buffer_free(&run.out);
    buffer_free(&run.err);
    buffer_free(&run.result);
    buffer_free(&run.artifact);
    if (job->head.limits.interactive) buffer_free(&run.input);
}

void serve(char **words) {
    signal(SIGPIPE, SIG_IGN);
    account_start();
    if (walls_open) box_sweep();
    if (write_frame(CONTROL_FD, SANDBOX_READY, NULL, 0) != 0) _exit(0);
    for (;;) {
        struct sandbox_frame frame;
        if (read_all(CONTROL_FD, &frame, sizeof frame) != 1) {
            // In order: times of what dies with us would be lost.
            zygote_stop();
            _exit(0);
        }
        // The host may have sent more to, or stopped, an interactive run that ended at the same moment.
        int is_job = frame.type == SANDBOX_JOB;
        if (frame.length > FRAME_MOST || (is_job && frame.length < sizeof(struct sandbox_job))) _exit(1);
        char *bytes = malloc(frame.length + 1);
        if (bytes == NULL || read_all(CONTROL_FD, bytes, frame.length) != 1) _exit(1);
        if (is_job) run_job(bytes, frame.length, words);
        free(bytes);
    }
}
