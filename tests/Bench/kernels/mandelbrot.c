// Escape times of a 96 x 96 grid: doubles in registers, no memory.
#include "kernel.h"

#define SIDE 96
#define LIMIT 256

static i32 escape(double cx, double cy)
{
    double x = 0, y = 0;
    for (i32 i = 0; i < LIMIT; i++) {
        double xx = x * x, yy = y * y;
        if (xx + yy > 4.0)
            return i;
        y = 2.0 * x * y + cy;
        x = xx - yy + cx;
    }
    return LIMIT;
}

EXPORT(run) i32 run(i32 n)
{
    u32 hash = 0;
    for (i32 k = 0; k < n; k++)
        for (i32 row = 0; row < SIDE; row++)
            for (i32 column = 0; column < SIDE; column++)
                hash = mix(hash, (u32)escape(column * (3.0 / SIDE) - 2.1, row * (2.4 / SIDE) - 1.2 + k * 1e-3));
    return (i32)hash;
}
