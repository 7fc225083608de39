#include <stdio.h>
char zeros[1L << 33] = {1};
int main(void) { int a, b; if (scanf("%d %d", &a, &b) == 2) printf("%d\n", a + b); return zeros[5]; }
