#include <bits/stdc++.h>
using namespace std;
int main() {
    ios::sync_with_stdio(false);
    long long a, b, sum = 0;
    cin >> a >> b;
    thread worker([&] { sum = a + b; });
    worker.join();
    try { throw runtime_error("x"); } catch (const exception &) {}
    cout << sum << endl;
}
