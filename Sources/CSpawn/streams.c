// A process may be started without standard streams. The next file that it opened would get the number of one, and what is
// meant for the stream would be written over it. So the numbers are taken before anything else is opened: Swift's runtime
// opens its own before main. What takes them can be neither read nor written, so that using the stream fails as it would.
#define _GNU_SOURCE
#include <fcntl.h>

__attribute__((constructor)) static void take_free_numbers(void) {
    for (int number = 0; number < 3; number++)
        if (fcntl(number, F_GETFD) < 0) open("/", O_PATH);
}
