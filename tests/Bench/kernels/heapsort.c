// Heapsort of ints: dependent loads at computed addresses and branches that cannot be predicted.
#include "kernel.h"

#define ITEMS 40000

static i32 heap[ITEMS];

static void sift(i32 root, i32 count)
{
    i32 value = heap[root];
    for (;;) {
        i32 child = 2 * root + 1;
        if (child >= count)
            break;
        if (child + 1 < count && heap[child + 1] > heap[child])
            child++;
        if (heap[child] <= value)
            break;
        heap[root] = heap[child];
        root = child;
    }
    heap[root] = value;
}

EXPORT(run) i32 run(i32 n)
{
    u32 hash = 0, seed = 99;
    for (i32 k = 0; k < n; k++) {
        for (i32 i = 0; i < ITEMS; i++)
            heap[i] = (i32)next_random(&seed);
        for (i32 i = ITEMS / 2 - 1; i >= 0; i--)
            sift(i, ITEMS);
        for (i32 i = ITEMS - 1; i > 0; i--) {
            i32 t = heap[0];
            heap[0] = heap[i];
            heap[i] = t;
            sift(0, i);
        }
        for (i32 i = 0; i < ITEMS; i += 101)
            hash = mix(hash, (u32)heap[i]);
    }
    return (i32)hash;
}
