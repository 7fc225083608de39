#include "worker.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

// Headers of a C library before 2.34 may not know it; the number is the same on every architecture.
#ifndef SYS_close_range
#define SYS_close_range 436
#endif

int read_all(int fd, void *bytes, uint64_t count) {
    uint8_t *next = bytes;
    while (count > 0) {
        ssize_t got = read(fd, next, count);
        if (got == 0) return 0;
        if (got < 0) {
            if (errno == EINTR) continue;
            return -1;
        }
        next += got;
        count -= (uint64_t)got;
    }
    return 1;
}

int write_all(int fd, const void *bytes, uint64_t count) {
    const uint8_t *next = bytes;
    while (count > 0) {
        ssize_t put = write(fd, next, count);
        if (put < 0) {
            if (errno == EINTR) continue;
            return -1;
        }
        next += put;
        count -= (uint64_t)put;
    }
    return 0;
}

int write_frame(int fd, uint32_t type, const void *bytes, uint64_t count) {
    struct sandbox_frame frame = {.type = type, .length = count};
    if (write_all(fd, &frame, sizeof frame) != 0) return -1;
    return write_all(fd, bytes, count);
}

int buffer_reserve(struct buffer *buffer, uint64_t more) {
    if (buffer->count + more <= buffer->capacity) return 0;
    uint64_t capacity = buffer->capacity * 2;
    if (capacity < buffer->count + more) capacity = buffer->count + more;
    uint8_t *bytes = realloc(buffer->bytes, capacity);
    if (bytes == NULL) return -1;
    buffer->bytes = bytes;
    buffer->capacity = capacity;
    return 0;
}

void buffer_free(struct buffer *buffer) {
    free(buffer->bytes);
    memset(buffer, 0, sizeof *buffer);
}

int receive_descriptor(int socket) {
    char byte;
    union {
        char room[CMSG_SPACE(sizeof(int))];
        struct cmsghdr align;
    } control;
    struct iovec vector = {.iov_base = &byte, .iov_len = 1};
    struct msghdr message = {
        .msg_iov = &vector, .msg_iovlen = 1, .msg_control = control.room, .msg_controllen = sizeof control.room};
    ssize_t got;
    while ((got = recvmsg(socket, &message, MSG_CMSG_CLOEXEC)) < 0 && errno == EINTR) {}
    struct cmsghdr *header = got == 1 ? CMSG_FIRSTHDR(&message) : NULL;
    if (header == NULL || header->cmsg_type != SCM_RIGHTS) return -1;
    int fd;
    memcpy(&fd, CMSG_DATA(header), sizeof fd);
    return fd;
}

int send_descriptors(int socket, const void *bytes, size_t count, const int *fds, int fd_count) {
    union {
        char room[CMSG_SPACE(8 * sizeof(int))];
        struct cmsghdr align;
    } control;
    memset(&control, 0, sizeof control);
    struct iovec vector = {.iov_base = (void *)bytes, .iov_len = count};
    struct msghdr message = {
        .msg_iov = &vector,
        .msg_iovlen = 1,
        .msg_control = control.room,
        .msg_controllen = CMSG_SPACE((size_t)fd_count * sizeof(int)),
    };
    struct cmsghdr *header = CMSG_FIRSTHDR(&message);
    header->cmsg_level = SOL_SOCKET;
    header->cmsg_type = SCM_RIGHTS;
    header->cmsg_len = CMSG_LEN((size_t)fd_count * sizeof(int));
    memcpy(CMSG_DATA(header), fds, (size_t)fd_count * sizeof(int));
    return sendmsg(socket, &message, MSG_NOSIGNAL) < 0 ? -1 : 0;
}

char **split_words(const char *words, uint64_t bytes) {
    size_t count = 0;
    for (uint64_t i = 0; i < bytes; i++) count += words[i] == 0;
    char **list = calloc(count + 1, sizeof *list);
    if (list == NULL) return NULL;
    size_t index = 0;
    const char *start = words;
    for (uint64_t i = 0; i < bytes; i++) {
        if (words[i] != 0) continue;
        list[index++] = (char *)start;
        start = words + i + 1;
    }
    return list;
}

// glibc offers close_range from 2.34 on and Linux from 5.9 on; without it what is inherited would stay open in programs.
void close_between(int first, int last) {
    if (first > last) return;
    if (syscall(SYS_close_range, (unsigned)first, (unsigned)last, 0) == 0) return;
    DIR *folder = opendir("/proc/self/fd");
    if (folder == NULL) {
        struct rlimit limit;
        int end = getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur < 1 << 20 ? (int)limit.rlim_cur : 1 << 20;
        for (int fd = first; fd < end && fd <= last; fd++) close(fd);
        return;
    }
    for (struct dirent *entry; (entry = readdir(folder)) != NULL;) {
        int fd = atoi(entry->d_name);
        if (fd >= first && fd <= last && fd != dirfd(folder)) close(fd);
    }
    closedir(folder);
}
