constexpr long f(long n) { long s = 0; for (long i = 0; i < n; i++) for (long j = 0; j < n; j++) s += j; return s; }
template <long N> struct S { static constexpr long v = f(20000 + N) + S<N - 1>::v; };
template <> struct S<0> { static constexpr long v = 0; };
int main() { return S<500>::v; }
