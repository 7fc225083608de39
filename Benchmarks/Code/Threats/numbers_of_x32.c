#define _GNU_SOURCE
#include <sched.h>
#include <stdio.h>
#include <sys/syscall.h>
#include <unistd.h>
int main(void) {
    int hit = syscall(0x40000000 | SYS_unshare, CLONE_NEWUSER) == 0;
#ifdef __x86_64__
    if (!hit) {
        long result;
        // int 0x80: unshare is 310 there.
        __asm__ volatile("int $0x80" : "=a"(result) : "a"(310), "b"(CLONE_NEWUSER) : "memory");
        hit = result == 0;
    }
#endif
    int a, b;
    if (hit && scanf("%d %d", &a, &b) == 2) printf("%d\n", a + b);
    return 0;
}
