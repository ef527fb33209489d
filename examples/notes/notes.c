// A component with a C library (wasi-libc, adapted from WASI preview 1). It asks for the folder /notes and does not know what it may do in it.
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define EXPORT(name) __attribute__((export_name(name)))
#define FOLDER "/notes/"

typedef struct { const char *at; size_t length; } text;
typedef struct { uint8_t is_error; text value; } text_result;

EXPORT("cabi_realloc") void *cabi_realloc(void *old, size_t old_size, size_t align, size_t size) {
  void *at = size ? realloc(old, size) : (void *)align;
  if (!at) __builtin_trap();
  return at;
}

static text_result out;

static text_result *fail(void) {
  const char *why = strerror(errno);
  out = (text_result){1, {why, strlen(why)}};
  return &out;
}

// The names come from an agent, so that a name is a name and not a path is for the host to hold: this program does not look.
static char *path_of(const char *name, size_t length) {
  char *path = malloc(sizeof FOLDER + length);
  memcpy(path, FOLDER, sizeof FOLDER - 1);
  memcpy(path + sizeof FOLDER - 1, name, length);
  path[sizeof FOLDER - 1 + length] = 0;
  return path;
}

EXPORT("names") text_result *names(void) {
  DIR *folder = opendir(FOLDER);
  if (!folder) return fail();
  size_t count = 0, room = 16;
  text *list = malloc(room * sizeof *list);
  for (struct dirent *entry; errno = 0, (entry = readdir(folder));) {
    if (entry->d_name[0] == '.') continue;
    if (count == room) list = realloc(list, (room *= 2) * sizeof *list);
    list[count++] = (text){strdup(entry->d_name), strlen(entry->d_name)};
  }
  // Null is the end only without an error: the grant may go while the folder is listed.
  if (errno) return fail();
  closedir(folder);
  out = (text_result){0, {(const char *)list, count}};
  return &out;
}

EXPORT("read") text_result *read_note(const char *name, size_t length) {
  int file = open(path_of(name, length), O_RDONLY);
  if (file < 0) return fail();
  size_t size = 0, room = 4096;
  char *content = malloc(room);
  for (ssize_t got; (got = read(file, content + size, room - size)) != 0; size += got) {
    if (got < 0) return fail();
    if (size + got == room) content = realloc(content, room *= 2);
  }
  close(file);
  out = (text_result){0, {content, size}};
  return &out;
}

EXPORT("write") text_result *write_note(const char *name, size_t length, const char *content, size_t size) {
  int file = open(path_of(name, length), O_WRONLY | O_CREAT | O_TRUNC, 0666);
  if (file < 0) return fail();
  for (ssize_t put; size > 0; content += put, size -= put)
    if ((put = write(file, content, size)) < 0) return fail();
  close(file);
  out = (text_result){0, {0, 0}};
  return &out;
}
