// Starts a program that cannot outlive us: what posix_spawn has no word for.
#ifndef CSPAWN_H
#define CSPAWN_H

struct spawned {
    int pid;
    int input;  // our end of its stdin; all three are close-on-exec and do not block
    int output; // our end of its stdout
    int errors; // our end of its stderr
};

// Starts argv[0] (found through PATH) in a process group of its own. The kernel ends it when the calling THREAD ends
// (PR_SET_PDEATHSIG): call from one that lives as long as we do. SIGPIPE is ignored from then on, unless
// it has a handler. Returns 0, or the errno of what failed.
int spawn_bound(const char *const *argv, const char *const *environment, struct spawned *spawned);

// The program has been waited for: its number may be another's from now on.
void spawn_forget(int pid);

// Kills every program that was started here and not forgotten, with its group. Async-signal-safe.
void spawn_end_all(void);

// From now on what our programs start becomes our child when its parent ends, and not the system's: whoever looks for what is left
// behind finds it below us.
void spawn_adopt(void);

#endif
