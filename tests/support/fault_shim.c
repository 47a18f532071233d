// Makes the n-th call of one kind fail while a save runs. Preloaded by tests/python/test_faults.py, which arms it
// through fault_arm; unarmed it only passes calls on.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

static char armed[32];
static int error_code;
static int left;
static int fired;

void fault_arm(const char *call, int error, int nth) {
  strncpy(armed, call, sizeof armed - 1);
  error_code = error;
  left = nth;
  fired = 0;
}
int fault_disarm(void) {
  armed[0] = 0;
  return fired;
}

static int fails(const char *call) {
  if (armed[0] == 0 || strcmp(armed, call) != 0 || --left != 0) return 0;
  fired = 1;
  errno = error_code;
  return 1;
}

#define NEXT(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

ssize_t pwrite64(int f, const void *data, size_t size, off64_t at) {
  if (!fails("pwrite")) return NEXT(pwrite64)(f, data, size, at);
  if (error_code != 0) return -1;
  return NEXT(pwrite64)(f, data, size / 2, at);  // a short write
}
ssize_t pread64(int f, void *data, size_t size, off64_t at) {
  return fails("pread") ? -1 : NEXT(pread64)(f, data, size, at);
}
int fsync(int f) { return fails("fsync") ? -1 : NEXT(fsync)(f); }
int fdatasync(int f) { return fails("fsync") ? -1 : NEXT(fdatasync)(f); }
int ftruncate64(int f, off64_t size) { return fails("ftruncate") ? -1 : NEXT(ftruncate64)(f, size); }
int rename(const char *from, const char *to) { return fails("rename") ? -1 : NEXT(rename)(from, to); }
int unlink(const char *path) { return fails("unlink") ? -1 : NEXT(unlink)(path); }
int fchmod(int f, mode_t mode) { return fails("fchmod") ? -1 : NEXT(fchmod)(f, mode); }
int flock(int f, int what) { return fails("flock") ? -1 : NEXT(flock)(f, what); }
int open(const char *path, int flags, ...) {
  va_list rest;
  va_start(rest, flags);
  const mode_t mode = (flags & (O_CREAT | O_TMPFILE)) ? va_arg(rest, mode_t) : 0;
  va_end(rest);
  return fails("open") ? -1 : NEXT(open)(path, flags, mode);
}
int open64(const char *path, int flags, ...) {
  va_list rest;
  va_start(rest, flags);
  const mode_t mode = (flags & (O_CREAT | O_TMPFILE)) ? va_arg(rest, mode_t) : 0;
  va_end(rest);
  return fails("open") ? -1 : NEXT(open64)(path, flags, mode);
}
