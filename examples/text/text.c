// A component without a C library: the canonical ABI by hand, since strings come as pointer and length and results go out by address.
// https://github.com/WebAssembly/component-model/blob/main/design/mvp/CanonicalABI.md
typedef unsigned char u8;
typedef unsigned int u32;
typedef unsigned long usize;

#define EXPORT(name) __attribute__((export_name(name)))

extern u8 __heap_base;
static usize top;

// Every allocation of a call is dropped at its end, so a pointer that only grows is all there is to it.
EXPORT("cabi_realloc") void *cabi_realloc(void *old, usize old_size, usize align, usize size) {
  if (!top) top = (usize)&__heap_base;
  usize at = (top + align - 1) & ~(align - 1);
  top = at + size;
  while (top > __builtin_wasm_memory_size(0) * 65536)
    if (__builtin_wasm_memory_grow(0, 1) == (usize)-1) __builtin_trap();
  for (usize i = 0; i < old_size && i < size; i++) ((u8 *)at)[i] = ((u8 *)old)[i];
  return (void *)at;
}

static union { u32 words[4]; double numbers[2]; u8 bytes[24]; } out;

static int is_space(u8 c) { return c == ' ' || (c >= 9 && c <= 13); }

EXPORT("count") void *count(const u8 *text, usize length) {
  u32 characters = 0, words = 0, lines = length ? 1 : 0;
  int inside = 0;
  for (usize i = 0; i < length; i++) {
    characters += (text[i] & 0xC0) != 0x80; // The bytes of a character after its first are 10xxxxxx.
    lines += text[i] == '\n' && i + 1 < length;
    if (is_space(text[i])) inside = 0;
    else { words += !inside; inside = 1; }
  }
  out.words[0] = characters; out.words[1] = words; out.words[2] = lines;
  return &out;
}
EXPORT("cabi_post_count") void post_count(void *result) { top = 0; }

EXPORT("slug") void *slug(const u8 *title, usize length) {
  u8 *to = cabi_realloc(0, 0, 1, length + 1);
  usize n = 0;
  int gap = 0;
  for (usize i = 0; i < length; i++) {
    u8 c = title[i] >= 'A' && title[i] <= 'Z' ? title[i] + 32 : title[i];
    if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9')) {
      if (gap && n) to[n++] = '-';
      to[n++] = c; gap = 0;
    } else gap = 1;
  }
  static const char empty[] = "the title has no letter or digit in it";
  out.bytes[0] = n == 0;
  out.words[1] = n ? (u32)to : (u32)empty;
  out.words[2] = n ? n : sizeof empty - 1;
  return &out;
}
EXPORT("cabi_post_slug") void post_slug(void *result) { top = 0; }

EXPORT("divide") void *divide(double dividend, double divisor) {
  static const char zero[] = "division by zero";
  out.bytes[0] = divisor == 0;
  if (divisor == 0) { out.words[2] = (u32)zero; out.words[3] = sizeof zero - 1; }
  else out.numbers[1] = dividend / divisor;
  return &out;
}
EXPORT("cabi_post_divide") void post_divide(void *result) { top = 0; }
