#include <stdio.h>
__attribute__((constructor)) static void before(void) { puts("5"); fflush(stdout); }
int main(void) { *(volatile int *)0 = 1; return 0; }
