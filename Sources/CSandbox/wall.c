// The outer wall of a worker: namespaces and a read-only view of the host with nothing in it but toolchains.
#include "worker.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/mount.h>
#include <net/if.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#define NAMESPACES (CLONE_NEWNS | CLONE_NEWPID | CLONE_NEWNET | CLONE_NEWIPC | CLONE_NEWUTS | CLONE_NEWCGROUP)

int walls_open = 0;

static int write_text(const char *path, const char *text) {
    int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0444);
    if (fd < 0) return -1;
    int failed = write_all(fd, text, strlen(text));
    close(fd);
    return failed;
}

static int map_identity(const char *file, unsigned outside) {
    char line[48];
    snprintf(line, sizeof line, "%d %u 1", INSIDE_ID, outside);
    return write_text(file, line);
}

static const char *enter_user_namespace(int more) {
    unsigned uid = geteuid(), gid = getegid();
    if (unshare(CLONE_NEWUSER | more) != 0) return "unshare(user namespace)";
    if (write_text("/proc/self/setgroups", "deny") != 0 && errno != ENOENT) return "write setgroups";
    if (map_identity("/proc/self/uid_map", uid) != 0) return "write uid_map";
    if (map_identity("/proc/self/gid_map", gid) != 0) return "write gid_map";
    return NULL;
}

static void raise_loopback(void) {
    struct ifreq request = {.ifr_name = "lo"};
    int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (fd < 0) return;
    request.ifr_flags = IFF_UP | IFF_RUNNING;
    ioctl(fd, SIOCSIFFLAGS, &request);
    close(fd);
}

// Makes the folders above `path`, and `path` itself when asked.
static int make_folders(const char *path, int itself) {
    char copy[4096];
    size_t length = strlen(path);
    if (length >= sizeof copy) return -1;
    memcpy(copy, path, length + 1);
    for (char *slash = copy + 1; *slash != 0; slash++) {
        if (*slash != '/') continue;
        *slash = 0;
        if (mkdir(copy, 0755) != 0 && errno != EEXIST) return -1;
        *slash = '/';
    }
    return itself && mkdir(copy, 0755) != 0 && errno != EEXIST ? -1 : 0;
}

static int restrict_mount(const char *path, uint64_t attributes, unsigned flags) {
    struct mount_attr attribute = {.attr_set = attributes};
    return (int)syscall(SYS_mount_setattr, AT_FDCWD, path, flags, &attribute, sizeof attribute);
}

static int bind_path(const char *source, const char *target) {
    struct stat info;
    if (stat(source, &info) != 0) return -1;
    if (S_ISDIR(info.st_mode)) {
        if (make_folders(target, 1) != 0) return -1;
    } else {
        if (make_folders(target, 0) != 0) return -1;
        int fd = open(target, O_WRONLY | O_CREAT | O_CLOEXEC, 0444);
        if (fd < 0) return -1;
        close(fd);
    }
    if (mount(source, target, NULL, MS_BIND | MS_REC, NULL) != 0) return -1;
    // Device nodes must stay writable; the kernel refuses them only under nodev.
    if (S_ISCHR(info.st_mode)) return restrict_mount(target, MOUNT_ATTR_NOSUID | MOUNT_ATTR_NOEXEC, 0);
    return restrict_mount(
        target, MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV, AT_RECURSIVE);
}

// One word of the plan, below /new; sources are below /old, where the host's tree is during construction.
static const char *apply(const char *word) {
    static char failed[4096 + 32];
    char text[8192], left[4096 + 8], right[4096 + 8];
    char *colon;
    if (strncmp(word, "bind=", 5) != 0 && strncmp(word, "link=", 5) != 0 && strncmp(word, "file=", 5) != 0) return NULL;
    if (strlen(word) >= 4096) return "read the plan";
    snprintf(text, sizeof text, "%s", word + 5);
    colon = strchr(text, ':');
    if (colon == NULL) return "read the plan";
    *colon = 0;
    snprintf(failed, sizeof failed, "set up %s", word);
    if (strncmp(word, "bind=", 5) == 0) {
        snprintf(left, sizeof left, "/old%s", text);
        snprintf(right, sizeof right, "/new%s", colon + 1);
        return bind_path(left, right) == 0 ? NULL : failed;
    }
    if (strncmp(word, "link=", 5) == 0) {
        snprintf(right, sizeof right, "/new%s", colon + 1);
        return make_folders(right, 0) == 0 && symlink(text, right) == 0 ? NULL : failed;
    }
    snprintf(right, sizeof right, "/new%s", text);
    return make_folders(right, 0) == 0 && write_text(right, colon + 1) == 0 ? NULL : failed;
}

static const char *build_root(char **words) {
    if (mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0) return "make mounts private";
    if (mount("tmpfs", "/tmp", "tmpfs", MS_NOSUID | MS_NODEV, "size=16m,nr_inodes=4096,mode=755") != 0)
        return "mount a tmpfs";
    if (chdir("/tmp") != 0 || mkdir("old", 0755) != 0 || mkdir("new", 0755) != 0) return "make folders";
    if (syscall(SYS_pivot_root, ".", "old") != 0) return "pivot_root";
    if (mount("/new", "/new", NULL, MS_BIND | MS_REC, NULL) != 0) return "bind the new root";
    if (make_folders("/new/proc", 1) != 0 || make_folders("/new" BOX, 1) != 0) return "make folders";
    for (char **word = words; *word != NULL; word++) {
        const char *failed = apply(*word);
        if (failed != NULL) return failed;
    }
    // The host's proc stays until the worker has mounted its own: the kernel allows that only next to a visible one.
    if (mount("/old/proc", "/new/proc", NULL, MS_BIND | MS_REC, NULL) != 0) return "bind proc";
    if (chdir("/new") != 0 || syscall(SYS_pivot_root, ".", ".") != 0) return "pivot_root";
    if (umount2(".", MNT_DETACH) != 0 || chdir("/") != 0) return "leave the old root";
    return NULL;
}

const char *raise_walls(char **words) {
    umask(022);
    if (geteuid() == 0) {
        if (unshare(NAMESPACES) != 0) return "unshare(namespaces)";
    } else {
        const char *failed = enter_user_namespace(NAMESPACES);
        if (failed != NULL) return failed;
    }
    raise_loopback();
    if (sethostname("sandbox", 7) != 0) return "sethostname";
    return build_root(words);
}

const char *enter_worker(int is_open) {
    if (is_open) {
        walls_open = 1;
        return prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) == 0 ? NULL : "become subreaper";
    }
    if (mount("proc", "/proc", "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL) != 0) return "mount proc";
    if (restrict_mount("/", MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV, 0) != 0)
        return "make the root read-only (mount_setattr, Linux 5.12)";
    if (geteuid() == 0) {
        // Root's own programs run as nobody: same walls and counts as an ordinary user's.
        if (setgroups(0, NULL) != 0 || setresgid(OUTSIDE_ID, OUTSIDE_ID, OUTSIDE_ID) != 0
            || setresuid(OUTSIDE_ID, OUTSIDE_ID, OUTSIDE_ID) != 0)
            return "leave root";
        // Until the maps are written our own files in proc must be ours.
        prctl(PR_SET_DUMPABLE, 1, 0, 0, 0);
        const char *failed = enter_user_namespace(CLONE_NEWNS);
        if (failed != NULL) return failed;
    }
    return NULL;
}
