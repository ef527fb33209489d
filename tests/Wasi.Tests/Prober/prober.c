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
IMPORT("wasi:cli/environment@0.2.12", "get-environment") void get_environment(u32 *result);
IMPORT("wasi:cli/environment@0.2.12", "get-arguments") void get_arguments(u32 *result);
IMPORT("wasi:config/store@0.2.0-rc.1", "get") void config_get(const u8 *key, usize length, u32 *result);

#define FILES "wasi:filesystem/types@0.2.12"
IMPORT("wasi:filesystem/preopens@0.2.12", "get-directories") void get_directories(u32 *result);
IMPORT(FILES, "[method]descriptor.open-at") void open_at(u32 self, u32 path_flags, const u8 *path, usize length, u32 open_flags, u32 flags, u32 *result);
IMPORT(FILES, "[method]descriptor.read") void file_read(u32 self, u64 length, u64 offset, u32 *result);
IMPORT(FILES, "[method]descriptor.write") void file_write(u32 self, const u8 *bytes, usize length, u64 offset, u64 *result);
IMPORT(FILES, "[method]descriptor.read-directory") void read_directory(u32 self, u32 *result);
IMPORT(FILES, "[method]directory-entry-stream.read-directory-entry") void read_entry(u32 self, u32 *result);
IMPORT(FILES, "[method]descriptor.symlink-at") void symlink_at(u32 self, const u8 *old, usize old_length, const u8 *path, usize length, u8 *result);
IMPORT(FILES, "[method]descriptor.rename-at") void rename_at(u32 self, const u8 *old, usize old_length, u32 new_self, const u8 *path, usize length, u8 *result);

#define TCP "wasi:sockets/tcp@0.2.12"
IMPORT("wasi:sockets/instance-network@0.2.12", "instance-network") u32 instance_network(void);
IMPORT("wasi:sockets/ip-name-lookup@0.2.12", "resolve-addresses") void resolve_addresses(u32 network, const u8 *name, usize length, u32 *result);
IMPORT("wasi:sockets/ip-name-lookup@0.2.12", "[method]resolve-address-stream.resolve-next-address") void next_address(u32 self, u8 *result);
IMPORT("wasi:sockets/ip-name-lookup@0.2.12", "[method]resolve-address-stream.subscribe") u32 subscribe_lookup(u32 self);
IMPORT("wasi:sockets/tcp-create-socket@0.2.12", "create-tcp-socket") void create_tcp_socket(u32 family, u32 *result);
IMPORT(TCP, "[method]tcp-socket.start-connect") void start_connect(u32 self, u32 network, u32 family, u32 port, u32 a, u32 b, u32 c, u32 d, u32, u32, u32, u32, u32, u32, u8 *result);
IMPORT(TCP, "[method]tcp-socket.finish-connect") void finish_connect(u32 self, u32 *result);
IMPORT(TCP, "[method]tcp-socket.subscribe") u32 subscribe_socket(u32 self);

#define HTTP "wasi:http/types@0.2.12"
IMPORT(HTTP, "[constructor]fields") u32 fields_new(void);
IMPORT(HTTP, "[constructor]outgoing-request") u32 request_new(u32 headers);
IMPORT(HTTP, "[method]outgoing-request.set-scheme") u32 set_scheme(u32 self, u32 some, u32 which, const u8 *other, usize length);
IMPORT(HTTP, "[method]outgoing-request.set-authority") u32 set_authority(u32 self, u32 some, const u8 *at, usize length);
IMPORT(HTTP, "[method]outgoing-request.set-path-with-query") u32 set_path(u32 self, u32 some, const u8 *at, usize length);
IMPORT(HTTP, "[method]future-incoming-response.subscribe") u32 subscribe_response(u32 self);
IMPORT(HTTP, "[method]future-incoming-response.get") void future_get(u32 self, void *to);
IMPORT(HTTP, "[method]incoming-response.status") u32 response_status(u32 self);
IMPORT(HTTP, "[method]incoming-response.consume") void response_consume(u32 self, u32 *to);
IMPORT(HTTP, "[method]incoming-body.stream") void body_stream(u32 self, u32 *to);
IMPORT(FILES, "[method]descriptor.read-via-stream") void read_via_stream(u32 self, u64 offset, u32 *to);
IMPORT("wasi:io/streams@0.2.12", "[method]input-stream.blocking-read") void stream_read(u32 self, u64 most, u32 *to);
IMPORT("wasi:http/outgoing-handler@0.2.12", "handle") void handle(u32 request, u32 some, u32 options, void *to);

extern u8 __heap_base;
static usize top;
static u32 area[8];
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

enum { NO_DEVICE = 19, FOLLOW = 1, CREATE = 1, DIRECTORY = 2, TRUNCATE = 8, READ = 1, WRITE = 2 };

/* What the functions below return: a tag or a number, then what belongs to it. */
static u32 out[3];

static u32 *err(u32 code) {
  out[0] = 1;
  out[1] = code;
  return out;
}

/* A result without a payload of its own has its error in the byte behind its tag. */
static u32 *narrow(u32 is_error, u32 code) {
  out[0] = is_error | code << 8;
  return out;
}

/* The handle of the first folder, or 0. */
static u32 root(void) {
  get_directories(area);
  return area[1] ? *(u32 *)area[0] : 0;
}

/* Opens something below the first folder; the handle is in area[1], or the error. */
static u32 is_refused(const u8 *path, usize length, u32 open_flags, u32 flags) {
  u32 folder = root();
  if (!folder) {
    area[1] = NO_DEVICE;
    return 1;
  }
  open_at(folder, FOLLOW, path, length, open_flags, flags, area);
  area[1] = (u8)area[0] ? (u8)area[1] : area[1];
  return (u8)area[0];
}

EXPORT("read-file") u32 *read_file(const u8 *path, usize length) {
  if (is_refused(path, length, 0, READ)) return err(area[1]);
  file_read(area[1], 65536, 0, area);
  if ((u8)area[0]) return err((u8)area[1]);
  out[0] = 0;
  out[1] = area[1];
  out[2] = area[2];
  return out;
}

EXPORT("write-file") u32 *write_file(const u8 *path, usize length, const u8 *text, usize text_length) {
  u64 written[2];
  if (is_refused(path, length, CREATE | TRUNCATE, WRITE)) return narrow(1, area[1]);
  file_write(area[1], text, text_length, 0, written);
  return narrow((u8)written[0], (u8)written[0] ? (u8)written[1] : 0);
}

EXPORT("list-folder") u32 *list_folder(const u8 *path, usize length) {
  static u32 entry[5], names[128];
  u32 count = 0;
  if (is_refused(path, length, DIRECTORY, READ)) return err(area[1]);
  read_directory(area[1], area);
  if ((u8)area[0]) return err((u8)area[1]);
  u32 entries = area[1];
  while (count < 64) {
    /* result<option<record { type, name }>, error-code> */
    read_entry(entries, entry);
    if ((u8)entry[0]) return err((u8)entry[1]);
    if (!(u8)entry[1]) break;
    names[2 * count] = entry[3];
    names[2 * count++ + 1] = entry[4];
  }
  out[0] = 0;
  out[1] = (u32)names;
  out[2] = count;
  return out;
}

EXPORT("make-link") u32 *make_link(const u8 *target, usize target_length, const u8 *path, usize length) {
  u8 done[2];
  u32 folder = root();
  if (!folder) return narrow(1, NO_DEVICE);
  symlink_at(folder, target, target_length, path, length, done);
  return narrow(done[0], done[1]);
}

EXPORT("rename-file") u32 *rename_file(const u8 *from, usize from_length, const u8 *to, usize to_length) {
  u8 done[2];
  u32 folder = root();
  if (!folder) return narrow(1, NO_DEVICE);
  rename_at(folder, from, from_length, folder, to, to_length, done);
  return narrow(done[0], done[1]);
}

EXPORT("keep-files") u32 *keep_files(const u8 *path, usize length) {
  u32 folder = root(), count = 0;
  for (;; count++) {
    open_at(folder, FOLLOW, path, length, 0, READ, area);
    if ((u8)area[0]) break;
  }
  out[0] = count;
  out[1] = (u8)area[1];
  return out;
}

EXPORT("keep-sockets") u32 *keep_sockets(void) {
  u32 count = 0;
  for (;; count++) {
    create_tcp_socket(0, area);
    if ((u8)area[0]) break;
  }
  out[0] = count;
  out[1] = (u8)area[1];
  return out;
}

EXPORT("environment") u32 *environment(void) {
  get_environment(out);
  return out;
}

EXPORT("arguments") u32 *arguments(void) {
  get_arguments(out);
  return out;
}

EXPORT("config") u32 *config(const u8 *key, usize length) {
  /* result<option<string>, variant { string, string }>; an error is as none. */
  config_get(key, length, area);
  out[0] = !(u8)area[0] && (u8)area[1];
  out[1] = area[2];
  out[2] = area[3];
  return out;
}

EXPORT("look-up") u32 *look_up(const u8 *name, usize length) {
  u8 address[24];
  resolve_addresses(instance_network(), name, length, area);
  if ((u8)area[0]) return err((u8)area[1]);
  u32 lookup = area[1], count = 0;
  block(subscribe_lookup(lookup));
  for (;; count++) {
    /* result<option<ip-address>, error-code> */
    next_address(lookup, address);
    if (address[0]) return err(address[2]);
    if (!address[2]) break;
  }
  out[0] = 0;
  out[1] = count;
  return out;
}

EXPORT("connect") u32 *connect(u32 a, u32 b, u32 c, u32 d, u32 port) {
  u8 begun[2];
  create_tcp_socket(0, area);
  if ((u8)area[0]) return narrow(1, (u8)area[1]);
  u32 socket = area[1];
  start_connect(socket, instance_network(), 0, port, a, b, c, d, 0, 0, 0, 0, 0, 0, begun);
  if (begun[0]) return narrow(1, begun[1]);
  block(subscribe_socket(socket));
  finish_connect(socket, area);
  return narrow((u8)area[0], (u8)area[0] ? (u8)area[1] : 0);
}

static _Alignas(8) u8 answer[64];

/* Gets a page: whether it was refused, and then the case of the error; else the response. */
static u32 is_refused_page(const u8 *authority, usize authority_length, const u8 *path, usize path_length, u32 *got) {
  static const u32 uri_invalid = 19;
  u32 request = request_new(fields_new());
  set_scheme(request, 1, 0, 0, 0);
  *got = uri_invalid;
  if (set_authority(request, 1, authority, authority_length) || set_path(request, 1, path, path_length)) return 1;
  handle(request, 0, 0, answer);
  *got = answer[8];
  if (answer[0]) return 1;
  u32 future = *(u32 *)(answer + 8);
  block(subscribe_response(future));
  future_get(future, answer); /* option<result<result<incoming-response, error-code>>> */
  *got = answer[16] ? answer[24] : *(u32 *)(answer + 24);
  return answer[16];
}

/* Reads a stream to its end. The memory that it is read into is used again and again. */
static u64 drain(u32 stream) {
  u64 count = 0;
  usize start = top;
  for (;; top = start) {
    stream_read(stream, 1 << 20, area);
    if ((u8)area[0]) return count;
    count += area[2];
  }
}

EXPORT("fetch") u32 *fetch(const u8 *authority, usize authority_length, const u8 *path, usize path_length) {
  static struct { u8 is_error; unsigned short status; } page;
  u32 got;
  page.is_error = is_refused_page(authority, authority_length, path, path_length, &got);
  page.status = page.is_error ? got : response_status(got);
  return (u32 *)&page;
}

EXPORT("drain-page") u64 drain_page(const u8 *authority, usize authority_length, const u8 *path, usize path_length) {
  u32 response;
  if (is_refused_page(authority, authority_length, path, path_length, &response)) return 0;
  response_consume(response, area);
  body_stream(area[1], area);
  return drain(area[1]);
}

EXPORT("drain-file") u64 drain_file(const u8 *path, usize length) {
  if (is_refused(path, length, 0, READ)) return 0;
  read_via_stream(area[1], 0, area);
  return (u8)area[0] ? 0 : drain(area[1]);
}
