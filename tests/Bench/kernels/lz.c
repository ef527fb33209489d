// A byte-oriented LZ compressor with a hash table of 3-byte prefixes, and its decompressor, which must give the input back.
#include "kernel.h"

#define BYTES (96 * 1024)
#define HASH_BITS 13
#define MIN_MATCH 4
#define MAX_LITERALS 127
#define MAX_MATCH 130
#define WINDOW 65535

static u8 input[BYTES], packed[BYTES + BYTES / 64 + 64], output[BYTES];
static u32 heads[1 << HASH_BITS];

static void fill_input(void)
{
    // Words of a small vocabulary with some noise: matches of many lengths and distances.
    u32 r = 12345;
    u32 at = 0;
    while (at < BYTES) {
        u32 word = next_random(&r) % 300;
        u32 length = 2 + word % 9;
        u32 w = word * 2654435761u | 1;
        for (u32 i = 0; i < length && at < BYTES; i++)
            input[at++] = (u8)('a' + next_random(&w) % 26);
        if (at < BYTES)
            input[at++] = next_random(&r) % 16 == 0 ? (u8)next_random(&r) : ' ';
    }
}

static u32 hash_at(const u8 *p)
{
    return ((u32)p[0] << 16 | (u32)p[1] << 8 | p[2]) * 2654435761u >> (32 - HASH_BITS);
}

static u32 put_literals(u32 from, u32 to, u32 out)
{
    while (from < to) {
        u32 count = to - from > MAX_LITERALS ? MAX_LITERALS : to - from;
        packed[out++] = (u8)count;
        for (u32 i = 0; i < count; i++)
            packed[out++] = input[from++];
    }
    return out;
}

static u32 compress(void)
{
    for (u32 i = 0; i < 1 << HASH_BITS; i++)
        heads[i] = 0;
    u32 at = 1, literals = 0, out = 0;
    while (at + MIN_MATCH < BYTES) {
        u32 h = hash_at(input + at);
        u32 candidate = heads[h];
        heads[h] = at;
        u32 length = 0;
        if (candidate != 0 && at - candidate <= WINDOW) {
            u32 most = BYTES - at < MAX_MATCH ? BYTES - at : MAX_MATCH;
            while (length < most && input[candidate + length] == input[at + length])
                length++;
        }
        if (length < MIN_MATCH) {
            at++;
            continue;
        }
        out = put_literals(literals, at, out);
        u32 distance = at - candidate;
        packed[out++] = (u8)(0x80 | (length - 3));
        packed[out++] = (u8)distance;
        packed[out++] = (u8)(distance >> 8);
        at += length;
        literals = at;
    }
    return put_literals(literals, BYTES, out);
}

static u32 decompress(u32 size)
{
    u32 in = 0, at = 0;
    while (in < size) {
        u32 control = packed[in++];
        if (control < 0x80) {
            for (u32 i = 0; i < control; i++)
                output[at++] = packed[in++];
        } else {
            u32 distance = packed[in] | (u32)packed[in + 1] << 8;
            in += 2;
            for (u32 length = (control & 0x7f) + 3; length > 0; length--, at++)
                output[at] = output[at - distance];
        }
    }
    return at;
}

EXPORT(run) i32 run(i32 n)
{
    u32 hash = 0;
    fill_input();
    for (i32 k = 0; k < n; k++) {
        input[k % BYTES] ^= 1;
        u32 size = compress();
        if (decompress(size) != BYTES)
            return -1;
        for (u32 i = 0; i < BYTES; i++)
            if (output[i] != input[i])
                return -2;
        hash = mix(hash, size);
    }
    return (i32)hash;
}
