// What the objects ask for and glibc 2.28 does not have.
#include <errno.h>

// From 2.32, where libstdc++ asks whether it may skip atomics: "there are threads" is always safe.
char __libc_single_threaded = 0;

// From 2.29. Only Foundation's Process with a working directory asks for it, which assay does not use.
int posix_spawn_file_actions_addchdir_np(void *actions, const char *path) {
    (void)actions, (void)path;
    return ENOSYS;
}
