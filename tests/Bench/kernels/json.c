// Writes a JSON document whose strings are base64, then scans it: bytes, tables, nesting, numbers, and the base64 decoded again.
#include "kernel.h"

#define BYTES (64 * 1024)

static const char alphabet[64] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
static u8 values[256];
static u8 text[BYTES + 512];
static u8 decoded[256];

static u32 put(u32 at, const char *s)
{
    while (*s)
        text[at++] = (u8)*s++;
    return at;
}

static u32 put_number(u32 at, u32 value)
{
    u8 digits[10];
    i32 count = 0;
    do {
        digits[count++] = (u8)('0' + value % 10);
        value /= 10;
    } while (value);
    while (count)
        text[at++] = digits[--count];
    return at;
}

static u32 put_base64(u32 at, u32 groups, u32 *seed)
{
    while (groups--) {
        u32 bits = next_random(seed);
        text[at++] = (u8)alphabet[bits >> 18 & 63];
        text[at++] = (u8)alphabet[bits >> 12 & 63];
        text[at++] = (u8)alphabet[bits >> 6 & 63];
        text[at++] = (u8)alphabet[bits & 63];
    }
    return at;
}

static u32 write_document(u32 seed)
{
    u32 at = put(0, "[");
    while (at < BYTES - 512) {
        u32 r = next_random(&seed);
        at = put(at, at > 1 ? ",\n  {\"id\": " : "\n  {\"id\": ");
        at = put_number(at, r >> 12);
        at = put(at, ", \"tags\": [true, false, null, -");
        at = put_number(at, r & 1023);
        at = put(at, ".25], \"data\": \"");
        at = put_base64(at, r % 24, &seed);
        at = put(at, "\", \"note\": \"a \\\"quoted\\\" word\"}");
    }
    return put(at, "\n]\n");
}

static u32 hash;

static u32 scan_string(u32 at)
{
    u32 from = at;
    i32 plain = 1;
    for (; text[at] != '"'; at++) {
        if (text[at] == '\\')
            at++;
        plain &= values[text[at]] < 64;
    }
    if (!plain || (at - from) % 4 != 0) {
        hash = mix(hash, at - from);
        return at + 1;
    }
    u32 out = 0;
    for (u32 i = from; i < at; i += 4) {
        u32 bits = (u32)values[text[i]] << 18 | (u32)values[text[i + 1]] << 12 | (u32)values[text[i + 2]] << 6 | values[text[i + 3]];
        decoded[out++] = (u8)(bits >> 16);
        decoded[out++] = (u8)(bits >> 8);
        decoded[out++] = (u8)bits;
    }
    for (u32 i = 0; i < out; i++)
        hash = mix(hash, decoded[i]);
    return at + 1;
}

static u32 scan_number(u32 at)
{
    i32 negative = text[at] == '-';
    at += (u32)negative;
    double value = 0, scale = 1;
    for (; text[at] >= '0' && text[at] <= '9'; at++)
        value = value * 10 + (text[at] - '0');
    if (text[at] == '.')
        for (at++; text[at] >= '0' && text[at] <= '9'; at++)
            value += (text[at] - '0') * (scale /= 10);
    hash = mix(hash, (u32)(i32)(negative ? -value : value));
    return at;
}

static void scan(u32 size)
{
    i32 depth = 0;
    for (u32 at = 0; at < size;) {
        u8 c = text[at];
        switch (c) {
        case ' ': case '\n': case ',': case ':': at++; break;
        case '{': case '[': depth++; at++; break;
        case '}': case ']': depth--; at++; break;
        case '"': at = scan_string(at + 1); break;
        case 't': case 'n': hash = mix(hash, c); at += 4; break;
        case 'f': hash = mix(hash, c); at += 5; break;
        default: at = scan_number(at); break;
        }
    }
    hash = mix(hash, (u32)depth);
}

EXPORT(run) i32 run(i32 n)
{
    for (i32 i = 0; i < 256; i++)
        values[i] = 64;
    for (i32 i = 0; i < 64; i++)
        values[(u8)alphabet[i]] = (u8)i;
    hash = 0;
    u32 size = write_document(2024);
    for (i32 k = 0; k < 4 * n; k++)
        scan(size);
    return (i32)hash;
}
