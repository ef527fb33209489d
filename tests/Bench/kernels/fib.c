// Recursion: calls, returns and the stack check, with almost no work between them.
#include "kernel.h"

// Not inlined into run, so that calls are what is measured.
__attribute__((noinline)) static i32 fib(i32 n)
{
    return n < 2 ? n : fib(n - 1) + fib(n - 2);
}

EXPORT(run) i32 run(i32 n)
{
    u32 sum = 0;
    for (i32 k = 0; k < n; k++)
        sum += (u32)fib(25 - k % 2);
    return (i32)sum;
}
