// Pancake flips over all permutations of SIZE: small arrays of ints, short loops with data-dependent ends.
#include "kernel.h"

#define SIZE 8

static i32 perm[SIZE], work[SIZE], count[SIZE];

static i32 flips(void)
{
    for (i32 i = 0; i < SIZE; i++)
        work[i] = perm[i];
    i32 done = 0;
    for (i32 first = work[0]; first != 0; first = work[0]) {
        for (i32 lo = 0, hi = first; lo < hi; lo++, hi--) {
            i32 t = work[lo];
            work[lo] = work[hi];
            work[hi] = t;
        }
        done++;
    }
    return done;
}

// Moves perm to the next permutation in rotation order; 0 after the last.
static i32 advance(void)
{
    for (i32 r = 1; r < SIZE; r++) {
        i32 first = perm[0];
        for (i32 i = 0; i < r; i++)
            perm[i] = perm[i + 1];
        perm[r] = first;
        if (--count[r] > 0)
            return 1;
        count[r] = r + 1;
    }
    return 0;
}

EXPORT(run) i32 run(i32 n)
{
    i32 most = 0, sum = 0;
    for (i32 k = 0; k < n; k++) {
        i32 sign = 1;
        for (i32 i = 0; i < SIZE; i++) {
            perm[i] = i;
            count[i] = i + 1;
        }
        do {
            i32 f = flips();
            if (f > most)
                most = f;
            sum += sign * f;
            sign = -sign;
        } while (advance());
    }
    return sum * 100 + most;
}
