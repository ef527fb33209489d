// A component that asks for the web through wasi:http, without a C library. What of the web it gets is the policy's word.
// The signatures are those that the canonical ABI gives the functions of WIT; results that are more than a number go where the last argument points.
typedef unsigned char u8;
typedef unsigned int u32;
typedef unsigned long usize;

#define EXPORT(name) __attribute__((export_name(name)))
#define IMPORT(interface, name) __attribute__((import_module(interface), import_name(name))) extern
#define TYPES "wasi:http/types@0.2.12"

IMPORT(TYPES, "[constructor]fields") u32 fields_new(void);
IMPORT(TYPES, "[constructor]outgoing-request") u32 request_new(u32 headers);
IMPORT(TYPES, "[method]outgoing-request.set-scheme") u32 request_set_scheme(u32 self, u32 some, u32 which, const u8 *other, usize length);
IMPORT(TYPES, "[method]outgoing-request.set-authority") u32 request_set_authority(u32 self, u32 some, const u8 *at, usize length);
IMPORT(TYPES, "[method]outgoing-request.set-path-with-query") u32 request_set_path(u32 self, u32 some, const u8 *at, usize length);
IMPORT(TYPES, "[method]future-incoming-response.subscribe") u32 future_subscribe(u32 self);
IMPORT(TYPES, "[method]future-incoming-response.get") void future_get(u32 self, void *to);
IMPORT(TYPES, "[method]incoming-response.status") u32 response_status(u32 self);
IMPORT(TYPES, "[method]incoming-response.consume") void response_consume(u32 self, void *to);
IMPORT(TYPES, "[method]incoming-body.stream") void body_stream(u32 self, void *to);
IMPORT("wasi:http/outgoing-handler@0.2.12", "handle") void handle(u32 request, u32 some, u32 options, void *to);
IMPORT("wasi:io/poll@0.2.12", "[method]pollable.block") void pollable_block(u32 self);
IMPORT("wasi:io/streams@0.2.12", "[method]input-stream.blocking-read") void stream_read(u32 self, unsigned long long most, void *to);

enum { HTTPS = 1, MOST_BYTES = 65536 };

extern u8 __heap_base;
static usize top;

EXPORT("cabi_realloc") void *cabi_realloc(void *old, usize old_size, usize align, usize size) {
  if (!top) top = (usize)&__heap_base;
  usize at = (top + align - 1) & ~(align - 1);
  top = at + size;
  while (top > __builtin_wasm_memory_size(0) * 65536)
    if (__builtin_wasm_memory_grow(0, 1) == (usize)-1) __builtin_trap();
  for (usize i = 0; i < old_size && i < size; i++) ((u8 *)at)[i] = ((u8 *)old)[i];
  return (void *)at;
}

// The cases of wasi:http/types.error-code, in its order.
static const char *const errors[] = {
  "DNS timeout", "DNS error", "destination not found", "destination unavailable", "destination IP prohibited", "destination IP unroutable",
  "connection refused", "connection terminated", "connection timeout", "connection read timeout", "connection write timeout",
  "connection limit reached", "TLS protocol error", "TLS certificate error", "TLS alert received", "HTTP request denied",
  "HTTP request length required", "HTTP request body size", "HTTP request method invalid", "HTTP request URI invalid", "HTTP request URI too long",
  "HTTP request header section size", "HTTP request header size", "HTTP request trailer section size", "HTTP request trailer size",
  "HTTP response incomplete", "HTTP response header section size", "HTTP response header size", "HTTP response body size",
  "HTTP response trailer section size", "HTTP response trailer size", "HTTP response transfer coding", "HTTP response content coding",
  "HTTP response timeout", "HTTP upgrade failed", "HTTP protocol error", "loop detected", "configuration error", "internal error",
};

// result<record { status: u16, body: string }, string>
static struct { u8 is_error; union { struct { unsigned short status; const u8 *body; usize length; } page; struct { const char *at; usize length; } error; } is; } out;

static void *fail(const char *why) {
  usize length = 0;
  while (why[length]) length++;
  out.is_error = 1; out.is.error.at = why; out.is.error.length = length;
  return &out;
}

static void *fail_code(u8 code) { return fail(code < sizeof errors / sizeof *errors ? errors[code] : "an unknown error"); }

static void *read_body(u32 response) {
  struct { u8 is_error; u32 handle; } part;
  response_consume(response, &part);
  if (part.is_error) return fail("the body was taken before");
  body_stream(part.handle, &part);
  if (part.is_error) return fail("the body's stream was taken before");
  u8 *body = cabi_realloc(0, 0, 1, MOST_BYTES);
  usize length = 0;
  while (length < MOST_BYTES) {
    struct { u8 is_error; union { struct { const u8 *at; usize length; } bytes; u8 error; } is; } got;
    stream_read(part.handle, MOST_BYTES - length, &got);
    if (got.is_error && got.is.error == 1) break; // The stream has come to its end.
    if (got.is_error) return fail("the body broke off");
    for (usize i = 0; i < got.is.bytes.length; i++) body[length++] = got.is.bytes.at[i];
  }
  // Cut where a character begins.
  while (length == MOST_BYTES && length > 0 && (body[length - 1] & 0xC0) == 0x80) length--;
  out.is_error = 0; out.is.page.status = response_status(response); out.is.page.body = body; out.is.page.length = length;
  return &out;
}

EXPORT("get") void *get(const u8 *url, usize length) {
  static const char scheme[] = "https://";
  usize start = sizeof scheme - 1;
  for (usize i = 0; i < start; i++)
    if (i >= length || url[i] != scheme[i]) return fail("expected a URL that begins with https://");
  usize slash = start;
  while (slash < length && url[slash] != '/') slash++;
  u32 request = request_new(fields_new());
  request_set_scheme(request, 1, HTTPS, 0, 0);
  if (request_set_authority(request, 1, url + start, slash - start)) return fail("the host of the URL is none");
  static const u8 root[] = "/";
  if (request_set_path(request, 1, slash < length ? url + slash : root, slash < length ? length - slash : 1)) return fail("the path of the URL is none");

  _Alignas(8) u8 answer[64];
  handle(request, 0, 0, answer);
  if (answer[0]) return fail_code(answer[8]);
  u32 future = *(u32 *)(answer + 8);
  pollable_block(future_subscribe(future));
  future_get(future, answer); // option<result<result<incoming-response, error-code>>>
  if (!answer[0] || answer[8]) return fail("there is no answer");
  if (answer[16]) return fail_code(answer[24]);
  return read_body(*(u32 *)(answer + 24));
}
EXPORT("cabi_post_get") void post_get(void *result) { top = 0; }
