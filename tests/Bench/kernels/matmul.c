// A product of two 160 x 160 matrices of doubles in the textbook's order: strided loads and a chain of additions.
#include "kernel.h"

#define SIDE 160

static double a[SIDE][SIDE], b[SIDE][SIDE], c[SIDE][SIDE];

static void multiply(void)
{
    for (i32 i = 0; i < SIDE; i++)
        for (i32 j = 0; j < SIDE; j++) {
            double sum = 0;
            for (i32 k = 0; k < SIDE; k++)
                sum += a[i][k] * b[k][j];
            c[i][j] = sum;
        }
}

EXPORT(run) i32 run(i32 n)
{
    u32 seed = 3;
    for (i32 i = 0; i < SIDE; i++)
        for (i32 j = 0; j < SIDE; j++) {
            a[i][j] = (double)(next_random(&seed) >> 12);
            b[i][j] = (double)(next_random(&seed) >> 12);
        }
    u32 hash = 0;
    for (i32 k = 0; k < n; k++) {
        a[k % SIDE][0] += 1;
        multiply();
        hash = mix(hash, (u32)(i64)(c[k % SIDE][k % SIDE] / 1024.0));
    }
    return (i32)hash;
}
