// Quicksort of records through a comparison function pointer: call_indirect in the innermost loop.
#include "kernel.h"

#define ITEMS 20000

typedef struct { u32 key, payload; } item;
typedef i32 (*comparison)(const item *, const item *);

static item items[ITEMS];

static i32 ascending(const item *a, const item *b) { return a->key < b->key ? -1 : a->key > b->key; }
static i32 descending(const item *a, const item *b) { return ascending(b, a); }
static i32 by_payload(const item *a, const item *b) { return a->payload < b->payload ? -1 : a->payload > b->payload; }

// Volatile, so that the compiler cannot know which comparison a round takes.
static volatile comparison comparisons[3] = { ascending, descending, by_payload };

static void swap(item *a, item *b)
{
    item t = *a;
    *a = *b;
    *b = t;
}

static void sort(item *first, item *last, comparison compare)
{
    while (last - first > 12) {
        item *middle = first + (last - first) / 2;
        if (compare(middle, first) < 0) swap(middle, first);
        if (compare(last, first) < 0) swap(last, first);
        if (compare(last, middle) < 0) swap(last, middle);
        item pivot = *middle;
        item *lo = first, *hi = last;
        while (lo <= hi) {
            while (compare(lo, &pivot) < 0) lo++;
            while (compare(&pivot, hi) < 0) hi--;
            if (lo <= hi)
                swap(lo++, hi--);
        }
        // The smaller half by recursion, the larger by the loop.
        if (hi - first < last - lo) {
            sort(first, hi, compare);
            first = lo;
        } else {
            sort(lo, last, compare);
            last = hi;
        }
    }
    for (item *i = first + 1; i <= last; i++) {
        item t = *i;
        item *j = i;
        for (; j > first && compare(&t, j - 1) < 0; j--)
            *j = j[-1];
        *j = t;
    }
}

EXPORT(run) i32 run(i32 n)
{
    u32 hash = 0, seed = 7;
    for (i32 k = 0; k < n; k++) {
        for (i32 i = 0; i < ITEMS; i++) {
            items[i].key = next_random(&seed) >> 8;
            items[i].payload = (u32)i * 2654435761u;
        }
        sort(items, items + ITEMS - 1, comparisons[k % 3]);
        for (i32 i = 0; i < ITEMS; i += 97)
            hash = mix(hash, items[i].key ^ items[i].payload);
    }
    return (i32)hash;
}
