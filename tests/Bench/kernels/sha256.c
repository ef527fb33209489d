// SHA-256 as FIPS 180-4 writes it, over 256 KiB a round: rotates, a message schedule in memory, long dependency chains.
#include "kernel.h"

#define BYTES (256 * 1024)

static u8 data[BYTES];
static u32 state[8];
static u32 k256[64];

static u32 rotr(u32 x, i32 n) { return x >> n | x << (32 - n); }

// The constants are the first 32 bits of the fractional parts of the cube roots of the first 64 primes. A double has bits enough.
static u32 cube_root_fraction(u32 prime)
{
    double root = 2.0;
    for (i32 i = 0; i < 40; i++)
        root -= (root * root * root - prime) / (3.0 * root * root);
    return (u32)(i64)((root - (double)(i32)root) * 4294967296.0);
}

static void fill_constants(void)
{
    u32 found = 0;
    for (u32 candidate = 2; found < 64; candidate++) {
        i32 prime = 1;
        for (u32 d = 2; d * d <= candidate; d++)
            if (candidate % d == 0)
                prime = 0;
        if (prime)
            k256[found++] = cube_root_fraction(candidate);
    }
}

static void block(const u8 *p)
{
    u32 w[64];
    for (i32 i = 0; i < 16; i++)
        w[i] = (u32)p[4 * i] << 24 | (u32)p[4 * i + 1] << 16 | (u32)p[4 * i + 2] << 8 | p[4 * i + 3];
    for (i32 i = 16; i < 64; i++) {
        u32 s0 = rotr(w[i - 15], 7) ^ rotr(w[i - 15], 18) ^ w[i - 15] >> 3;
        u32 s1 = rotr(w[i - 2], 17) ^ rotr(w[i - 2], 19) ^ w[i - 2] >> 10;
        w[i] = w[i - 16] + s0 + w[i - 7] + s1;
    }
    u32 a = state[0], b = state[1], c = state[2], d = state[3], e = state[4], f = state[5], g = state[6], h = state[7];
    for (i32 i = 0; i < 64; i++) {
        u32 t1 = h + (rotr(e, 6) ^ rotr(e, 11) ^ rotr(e, 25)) + ((e & f) ^ (~e & g)) + k256[i] + w[i];
        u32 t2 = (rotr(a, 2) ^ rotr(a, 13) ^ rotr(a, 22)) + ((a & b) ^ (a & c) ^ (b & c));
        h = g; g = f; f = e; e = d + t1;
        d = c; c = b; b = a; a = t1 + t2;
    }
    state[0] += a; state[1] += b; state[2] += c; state[3] += d;
    state[4] += e; state[5] += f; state[6] += g; state[7] += h;
}

EXPORT(run) i32 run(i32 n)
{
    static const u32 initial[8] = { 0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19 };
    if (k256[0] == 0) {
        fill_constants();
        for (u32 i = 0, r = 1; i < BYTES; i++)
            data[i] = (u8)next_random(&r);
    }
    for (i32 i = 0; i < 8; i++)
        state[i] = initial[i];
    for (i32 k = 0; k < n; k++)
        for (u32 i = 0; i < BYTES; i += 64)
            block(data + i);
    return (i32)(state[0] ^ state[7]);
}
