// Which mutant is on, by ASSAY_MUTANT; ASSAY_MUTANT_REACHED names a file with a byte for each, set when it was passed.
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

enum { MOST = 65536 };
static int active = -1;
static unsigned char *reached;

// A sandbox worker starts with an empty environment: its parent's is read then.
static const char *variable(const char *name, char *buffer, size_t size) {
    const char *own = getenv(name);
    if (own != NULL) return own;
    snprintf(buffer, size, "/proc/%d/environ", (int)getppid());
    int fd = open(buffer, O_RDONLY | O_CLOEXEC);
    if (fd < 0) return NULL;
    ssize_t count = read(fd, buffer, size - 1);
    close(fd);
    buffer[count < 0 ? 0 : count] = 0;
    size_t length = strlen(name);
    for (char *entry = buffer; entry < buffer + count; entry += strlen(entry) + 1)
        if (strncmp(entry, name, length) == 0 && entry[length] == '=') return entry + length + 1;
    return NULL;
}

__attribute__((constructor(101))) static void open_gate(void) {
    static char buffer[1 << 16];
    const char *number = variable("ASSAY_MUTANT", buffer, sizeof buffer);
    if (number != NULL) active = atoi(number);
    const char *path = variable("ASSAY_MUTANT_REACHED", buffer, sizeof buffer);
    int fd = path == NULL ? -1 : open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (fd < 0) return;
    void *map = ftruncate(fd, MOST) == 0 ? mmap(NULL, MOST, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0) : MAP_FAILED;
    if (map != MAP_FAILED) reached = map;
    close(fd);
}

_Bool assay_mutant(int number) {
    if (reached != NULL && number < MOST) reached[number] = 1;
    return number == active;
}
