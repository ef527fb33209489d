// What every kernel shares: it is freestanding, and exports one function.
// run(n) does n rounds of a fixed piece of work of a few milliseconds and returns a checksum of all of them.
#ifndef KERNEL_H
#define KERNEL_H

typedef signed char i8;
typedef unsigned char u8;
typedef unsigned short u16;
typedef int i32;
typedef unsigned int u32;
typedef long long i64;
typedef unsigned long long u64;

#define EXPORT(name) __attribute__((export_name(#name)))

// xorshift32: the same numbers on every machine.
static inline u32 next_random(u32 *state)
{
    u32 x = *state;
    x ^= x << 13;
    x ^= x >> 17;
    x ^= x << 5;
    return *state = x;
}

static inline u32 mix(u32 hash, u32 value)
{
    return (hash ^ value) * 16777619u;
}

#endif
