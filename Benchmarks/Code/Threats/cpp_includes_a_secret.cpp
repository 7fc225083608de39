#include <iostream>
const char *text =
#include "/etc/shadow"
;
int main() { std::cout << 5; }
