/* Tries what it should not. Without a libc: the canonical ABI by hand, as prober.wit has it. */
typedef unsigned char u8;
typedef unsigned int u32;
typedef unsigned long long u64;
typedef unsigned long usize;

#define IMPORT(module, name) __attribute__((import_module(module), import_name(name)))
#define EXPORT(name) __attribute__((export_name(name)))

IMPORT("wasi:clocks/monotonic-clock@0.2.12", "now") u64 now(void);
IMPORT("wasi:clocks/monotonic-clock@0.2.12", "subscribe-duration") u32 subscribe_duration(u64 when);
IMPORT("wasi:io/poll@0.2.12", "[method]pollable.block") void block(u32 pollable);
IMPORT("wasi:io/poll@0.2.12", "[resource-drop]pollable") void drop_pollable(u32 pollable);
IMPORT("wasi:random/random@0.2.12", "get-random-bytes") void get_random_bytes(u64 len, u32 *result);
IMPORT("wasi:cli/stdout@0.2.12", "get-stdout") u32 get_stdout(void);
IMPORT("wasi:io/streams@0.2.12", "[method]output-stream.blocking-write-and-flush") void write_and_flush(u32 stream, const u8 *bytes, usize length, u32 *result);

extern u8 __heap_base;
static usize top;
static u32 area[4];
static u8 block_of_text[4096];

EXPORT("cabi_realloc") void *cabi_realloc(void *old, usize old_size, usize align, usize size) {
  if (!top) top = (usize)&__heap_base;
  usize at = (top + align - 1) & ~(align - 1);
  top = at + size;
  while (top > __builtin_wasm_memory_size(0) * 65536)
    if (__builtin_wasm_memory_grow(0, 1) == (usize)-1) __builtin_trap();
  for (usize i = 0; i < old_size && i < size; i++) ((u8 *)at)[i] = ((u8 *)old)[i];
  return (void *)at;
}

EXPORT("loop-in-guest") void loop_in_guest(void) {
  for (volatile u32 i = 0;; i++) {}
}

EXPORT("loop-in-host-calls") void loop_in_host_calls(void) {
  for (;;) now();
}

EXPORT("wait") void wait(void) { block(subscribe_duration(365ull * 86400 * 1000000000)); }

static volatile u32 sink;
static u32 deeper(u32 depth) {
  if (depth == 0) return 0;
  sink++;
  u32 below = deeper(depth - 1);
  sink++;
  return below + 1;
}
EXPORT("recurse") u32 recurse(u32 depth) { return deeper(depth); }

EXPORT("grow") u32 grow(void) {
  while (__builtin_wasm_memory_grow(0, 16) != (usize)-1) {}
  return __builtin_wasm_memory_size(0);
}

EXPORT("keep-handles") u32 keep_handles(u32 count) {
  for (u32 i = 0; i < count; i++) subscribe_duration(1000000000);
  return count;
}

EXPORT("random-bytes") u32 random_bytes(u64 count) {
  get_random_bytes(count, area);
  return area[1];
}

EXPORT("write-stdout") u32 write_stdout(u32 count) {
  u32 stream = get_stdout(), written = 0;
  for (usize i = 0; i < sizeof block_of_text; i++) block_of_text[i] = 'x';
  while (written < count) {
    write_and_flush(stream, block_of_text, sizeof block_of_text, area);
    if (((u8 *)area)[0]) break;
    written += sizeof block_of_text;
  }
  return written;
}

static u32 list[2];
EXPORT("giant-list") u32 *giant_list(void) {
  list[0] = 0;
  list[1] = 1u << 30;
  return list;
}
EXPORT("wild-list") u32 *wild_list(void) {
  list[0] = 0xfffffff0u;
  list[1] = 64;
  return list;
}
EXPORT("bad-string") u32 *bad_string(void) {
  static const u8 bytes[] = {'a', 0xff, 0xfe, 'b'};
  list[0] = (u32)bytes;
  list[1] = sizeof bytes;
  return list;
}

EXPORT("drop-nothing") void drop_nothing(u32 handle) { drop_pollable(handle); }

EXPORT("clock-step") u64 clock_step(void) {
  u64 smallest = ~0ull;
  for (u32 i = 0; i < 2000; i++) {
    u64 before = now(), after = now();
    while (after == before) after = now();
    if (after - before < smallest) smallest = after - before;
  }
  return smallest;
}
